import { expect, it } from 'vitest'
import { finishAttempt, type SendOutcome } from '../../../src/domain/attempt.ts'
import { type Delivery, discardDelivery, replayDelivery, startSending } from '../../../src/domain/delivery.ts'
import type { OpenStore } from '../conformance.ts'
import { bytesOf, NOW, POLICY, put, putDelivery } from '../records.ts'

const ANSWER = {
  kind: 'answered',
  status: 200,
  error: null,
  errorCause: null,
  ms: 12,
  responseHeaders: { server: 'x' },
  responseBody: bytesOf('ok'),
} as const

export function deliveryConformance(open: OpenStore): void {
  it('gives back every state a delivery can reach, unchanged', async () => {
    const store = await open()
    const outcomes: SendOutcome[] = [
      ANSWER,
      { ...ANSWER, status: 503 },
      { ...ANSWER, status: 410 },
      { ...ANSWER, kind: 'forbidden', status: null, error: 'forbidden' },
      { ...ANSWER, kind: 'failed', status: null, error: 'timeout' },
      { ...ANSWER, kind: 'interrupted', status: null },
    ]
    for (const outcome of outcomes) {
      const { delivery } = await putDelivery(store)
      expect(await store.deliveries.find(delivery.id)).toEqual(delivery)
      const sending = startSending(delivery, 'w.2')
      await put(store, { write: 'updateDelivery', delivery: sending })
      expect(await store.deliveries.find(delivery.id)).toEqual(sending)
      const { delivery: ended } = finishAttempt(
        sending,
        { outcome, sent: null, startedAt: NOW, now: NOW + 12, openAt: null, random: 0 },
        POLICY,
      )
      await put(store, { write: 'updateDelivery', delivery: ended })
      expect(await store.deliveries.find(delivery.id)).toEqual(ended)
      const next: Delivery[] = []
      if (ended.status === 'dead') next.push(discardDelivery(ended, NOW + 20))
      if (ended.status === 'delivered') next.push(replayDelivery(ended, POLICY, NOW + 20))
      for (const delivery of next) {
        await put(store, { write: 'updateDelivery', delivery })
        expect(await store.deliveries.find(delivery.id)).toEqual(delivery)
      }
    }
    expect(await store.deliveries.find('dlv_unknown')).toBeNull()
  })

  it('answers false over a stale version of a delivery', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store)
    await put(store, { write: 'updateDelivery', delivery: startSending(delivery, 'w.2') })
    expect(await store.commit([{ write: 'updateDelivery', delivery: startSending(delivery, 'v.2') }])).toBe(false)
  })

  it('keeps the attempt log: the newest ones, oldest first', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store)
    const { kind: _kind, ...logged } = ANSWER
    const sent = { signature: 'v1,abc v1,def', version: '1.2.3', custom: ['authorization', 'x-key'] }
    const failure = { status: null, error: 'tls_failed', errorCause: 'CERT_HAS_EXPIRED', sent }
    const attempts = [{}, failure, { sent: { ...sent, custom: [] } }].map((one, index) => {
      const n = index + 1
      return { ...logged, sent: null, deliveryId: delivery.id, n, at: NOW + n, ...one }
    })
    for (const attempt of attempts) await put(store, { write: 'insertAttempt', attempt })
    expect(await store.deliveries.attempts(delivery.id, 10)).toEqual(attempts)
    expect(await store.deliveries.attempts(delivery.id, 2)).toEqual(attempts.slice(1))
    expect(await store.deliveries.attempts('dlv_unknown', 2)).toEqual([])
  })

  it('refuses a second attempt of the same number', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store)
    const { kind: _kind, ...logged } = ANSWER
    const attempt = { ...logged, sent: null, deliveryId: delivery.id, n: 1, at: NOW }
    await put(store, { write: 'insertAttempt', attempt })
    await expect(store.commit([{ write: 'insertAttempt', attempt }])).rejects.toThrow('there is such a record already')
  })
}

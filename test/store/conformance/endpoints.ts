import { expect, it } from 'vitest'
import { discardDelivery, redirectDelivery, startSending, stopDelivery, withdrawDelivery } from '../../../src/domain/delivery.ts'
import { changeEndpoint } from '../../../src/domain/endpoint.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import type { OpenStore } from '../conformance.ts'
import { aDelivery, anEndpoint, anEvent, aSecret, bytesOf, NOW, put, putDelivery } from '../records.ts'

const PAGE = { tenantId: DEFAULT_TENANT_ID, limit: 20, before: null, createdAfter: null, createdBefore: null }

export function endpointConformance(open: OpenStore): void {
  it('gives back every state of an endpoint, header values included, and changes it only over the version before', async () => {
    const store = await open()
    const endpoint = anEndpoint({ headers: { 'x-token': 't' } })
    await put(store, { write: 'insertEndpoint', endpoint })
    expect(await store.endpoints.find(endpoint.id)).toEqual(endpoint)
    const disabled = { ...changeEndpoint(endpoint, { status: 'disabled', headers: {}, events: ['endpoint.disabled'] }), failingSince: NOW }
    expect(await store.commit([{ write: 'updateEndpoint', endpoint: disabled }])).toBe(true)
    expect(await store.commit([{ write: 'updateEndpoint', endpoint: disabled }])).toBe(false)
    expect(await store.endpoints.find(endpoint.id)).toEqual(disabled)
    expect(await store.endpoints.find('ep_unknown')).toBeNull()
  })

  it('gives those of a tenant, oldest first, and lists all, newest first', async () => {
    const store = await open()
    const [first, second, off] = [anEndpoint(), anEndpoint(), changeEndpoint(anEndpoint(), { status: 'disabled' })]
    const other = anEndpoint({ tenantId: 'tnt_other' })
    for (const endpoint of [first, second, off, other]) await put(store, { write: 'insertEndpoint', endpoint })
    expect(await store.endpoints.ofTenant(DEFAULT_TENANT_ID)).toEqual([first, second, off])
    expect(await store.endpoints.ofTenant('tnt_without')).toEqual([])
    expect(await store.endpoints.list(PAGE)).toEqual({ rows: [off, second, first], next: null })
    expect((await store.endpoints.list({ ...PAGE, tenantId: null })).rows).toHaveLength(4)
    const page = await store.endpoints.list({ ...PAGE, limit: 2 })
    expect((await store.endpoints.list({ ...PAGE, before: page.next })).rows).toEqual([first])
  })

  it('removes an endpoint once, with its own secrets and nobody else’s', async () => {
    const store = await open()
    const endpoint = anEndpoint()
    await put(store, { write: 'insertEndpoint', endpoint })
    await put(store, { write: 'insertSigningSecret', secret: aSecret('whsec_endpoint', { endpointId: endpoint.id }) })
    const kept = aSecret('whsec_tenant')
    await put(store, { write: 'insertSigningSecret', secret: kept })
    expect(await store.commit([{ write: 'deleteEndpoint', endpoint }])).toBe(true)
    expect(await store.commit([{ write: 'deleteEndpoint', endpoint }])).toBe(false)
    expect(await store.endpoints.find(endpoint.id)).toBeNull()
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, endpoint.id, NOW)).toEqual([])
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, NOW)).toEqual([kept])
  })

  it('finds what waits for an endpoint unclaimed, but for what goes to one URL', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store, { endpointId: 'ep_1' })
    const { delivery: sending } = await putDelivery(store, { endpointId: 'ep_1' })
    await put(store, { write: 'updateDelivery', delivery: startSending(sending, 'w.2') })
    await putDelivery(store, { endpointId: 'ep_2' })
    await putDelivery(store)
    expect(await store.deliveries.waitingFor('ep_1', null, 10)).toEqual([delivery])
    expect(await store.deliveries.waitingFor('ep_1', 'https://new.example/', 10)).toEqual([delivery])
    expect(await store.deliveries.waitingFor('ep_1', delivery.url, 10)).toEqual([])
    expect(await store.deliveries.waitingFor('ep_1', null, 0)).toEqual([])
  })

  it('gives back a delivery that followed its endpoint, and claims it in its new lane only', async () => {
    const store = await open()
    const { delivery } = await putDelivery(store, { endpointId: 'ep_1' })
    const moved = redirectDelivery(delivery, 'https://new.example/x')
    await put(store, { write: 'updateDelivery', delivery: moved })
    expect(await store.deliveries.find(delivery.id)).toEqual(moved)
    const claim = { limit: 10, now: NOW, worker: 'w' }
    expect((await store.lanes.claimDeliveries({ ...claim, lane: delivery.destination })).taken).toEqual([])
    const { taken } = await store.lanes.claimDeliveries({ ...claim, lane: moved.destination })
    expect(taken).toMatchObject([{ delivery: { id: delivery.id, url: moved.url }, headers: {} }])

    for (const end of [stopDelivery, withdrawDelivery]) {
      const { delivery: waiting } = await putDelivery(store, { endpointId: 'ep_1' })
      const ended = end(waiting, NOW + 5)
      await put(store, { write: 'updateDelivery', delivery: ended })
      expect(await store.deliveries.find(waiting.id)).toEqual(ended)
    }
  })

  it('rotates a secret once; the old one counts until its time and is dropped by the next rotation', async () => {
    const store = await open()
    const [first, second, third] = [
      aSecret('whsec_1'),
      aSecret('whsec_2', { createdAt: NOW + 1 }),
      aSecret('whsec_3', { createdAt: NOW + 99 }),
    ]
    const ofEndpoint = aSecret('whsec_endpoint', { endpointId: 'ep_1' })
    for (const secret of [first, ofEndpoint]) await put(store, { write: 'insertSigningSecret', secret })
    const rotation = { write: 'rotateSigningSecret', previousId: first.id, previousExpiresAt: NOW + 50, secret: second } as const
    expect(await store.commit([rotation])).toBe(true)
    expect(await store.commit([{ ...rotation, secret: third }])).toBe(false)
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, NOW + 49)).toEqual([second, { ...first, expiresAt: NOW + 50 }])
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, NOW + 50)).toEqual([second])
    await put(store, { ...rotation, previousId: second.id, previousExpiresAt: NOW + 99, secret: third })
    // An overlap of nothing: gone with the rotation itself, as is what had expired long before.
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, 0)).toEqual([third])
    expect(await store.tenants.signingSecrets(DEFAULT_TENANT_ID, 'ep_1', NOW)).toEqual([ofEndpoint])
  })

  it('purges an event without a job, with its deliveries, once all of it has ended long enough ago', async () => {
    const store = await open()
    const event = { ...anEvent({ id: '', tenantId: DEFAULT_TENANT_ID }), type: 'endpoint.test', jobId: null }
    const delivery = aDelivery(event, { endpointId: 'ep_1', jobId: null, jobType: null })
    const attempt = {
      deliveryId: delivery.id,
      n: 1,
      at: NOW,
      ms: 1,
      status: 500,
      error: null,
      errorCause: null,
      sent: null,
      responseHeaders: {},
      responseBody: bytesOf(''),
    }
    await put(store, { write: 'insertEvent', event }, { write: 'insertDelivery', delivery }, { write: 'insertAttempt', attempt })
    const { event: ofJob } = await putDelivery(store)
    const purge = (endedBefore: number) => store.commit([{ write: 'purgeEvent', id: event.id, endedBefore }])
    expect(await store.events.expired(NOW + 999, 10)).toEqual([])
    expect(await purge(NOW + 999)).toBe(false)
    const dead = stopDelivery(delivery, NOW + 5)
    await put(store, { write: 'updateDelivery', delivery: dead })
    expect(await store.events.expired(NOW + 4, 10)).toEqual([])
    expect(await purge(NOW + 4)).toBe(false)
    await put(store, { write: 'updateDelivery', delivery: discardDelivery(dead, NOW + 6) })
    expect(await store.events.expired(NOW + 6, 10)).toEqual([event.id])
    expect(await purge(NOW + 6)).toBe(true)
    expect(await purge(NOW + 6)).toBe(false)
    expect(await store.deliveries.find(delivery.id)).toBeNull()
    expect(await store.deliveries.attempts(delivery.id, 10)).toEqual([])
    expect(await store.events.expired(NOW + 999, 10)).toEqual([])
    expect(await store.commit([{ write: 'purgeEvent', id: ofJob.id, endedBefore: NOW + 999 }])).toBe(false)
  })
}

/** A stream of callbacks of the real service, with a rotation of the tenant's secret in the middle. */
import { setTimeout as sleep } from 'node:timers/promises'
import { HANDLERS } from '../../fault/harness/builds.ts'
import { type Hit, startReceiver } from '../support/receiver.ts'
import { removeFolder, startService, tempFolder } from '../support/service.ts'

/** Text that Latin-1, a lossy decoder or an escaping serializer would not bring back as the bytes that were signed. */
const PAYLOAD = { order: '№ 42', naïve: 'Zoë, 東京, 🦊, \u2028, "\\u00e9"' }
const BETWEEN_JOBS_MS = 10

export interface StreamOptions {
  /** How long jobs are submitted before the rotation, and again after its overlap, milliseconds. */
  aroundMs: number
  overlapSeconds: number
  preload?: readonly URL[]
}

/** Times in milliseconds since the epoch. */
export interface Message {
  id: string
  timestamp: string
  signature: string
  body: string
  arrivedAt: number
}

export interface Stream {
  messages: Message[]
  before: { secret: string; expiresAt: number }
  after: { secret: string; rotatedAt: number }
}

/** Every callback of the stream, in order of arrival. */
export async function streamThroughRotation({ aroundMs, overlapSeconds, preload = [] }: StreamOptions): Promise<Stream> {
  const folder = await tempFolder()
  const receiver = await startReceiver()
  const service = await startService({ dataDir: folder, handlersDir: HANDLERS, env: { LOG_LEVEL: 'warn' }, preload })
  const { api } = service
  try {
    const { secret: old } = (await api.call('GET', '/v1/signing-secret')).json
    const submitted: Promise<unknown>[] = []
    const submitUntil = async (at: number) => {
      while (Date.now() < at) {
        submitted.push(api.submit({ type: 'fault.noop', payload: PAYLOAD, callback_url: receiver.url('/hooks') }))
        await sleep(BETWEEN_JOBS_MS)
      }
    }
    await submitUntil(Date.now() + aroundMs)
    const rotating = api.call('POST', '/v1/signing-secret/rotate', { body: { overlap_seconds: overlapSeconds } })
    const [rotated] = await Promise.all([rotating, submitUntil(Date.now() + BETWEEN_JOBS_MS)])
    if (rotated.status !== 200) throw new Error(`the rotation was refused: ${rotated.status} ${rotated.text}`)
    const rotatedAt = Date.now()
    const expiresAt = Date.parse(rotated.json.previous_expires_at)
    await submitUntil(expiresAt + aroundMs)
    await Promise.all(submitted)
    const hits = await receiver.received(submitted.length)
    return { messages: hits.map(messageOf), before: { secret: old, expiresAt }, after: { secret: rotated.json.secret, rotatedAt } }
  } finally {
    await service.kill()
    await receiver.close()
    await removeFolder(folder)
  }
}

function messageOf({ headers, body, at }: Hit): Message {
  return {
    id: headers['webhook-id'] ?? '',
    timestamp: headers['webhook-timestamp'] ?? '',
    signature: headers['webhook-signature'] ?? '',
    body,
    arrivedAt: performance.timeOrigin + at,
  }
}

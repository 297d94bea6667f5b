/** The service and one receiver for every behaviour, on loopback. */
import { join } from 'node:path'
import { type Api, createApi } from '../../../test/support/api.ts'
import { type RawReceiver, rawReceiver } from '../../../test/support/raw-receiver.ts'
import { ADMIN_KEY, removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import type { Behaviour } from './behaviour.ts'
import { CA_FILE } from './tls.ts'

export const TIMEOUT_MS = 1000

export interface Target {
  behaviour: Behaviour
  receiver: RawReceiver
  /** The URL of the behaviour's n-th job: they go round its addresses, each a destination of its own. */
  url: (n: number) => string
  addresses: number
}

/** Opens a receiver for each behaviour. `addresses`: how many one has whose deliveries take their time. */
export async function openTargets(behaviours: readonly Behaviour[], addresses = 1): Promise<Target[]> {
  const targets: Target[] = []
  for (const [index, behaviour] of behaviours.entries()) {
    const slow = behaviour.holds || behaviour.idleMs
    const loopback = Array.from({ length: slow ? addresses : 1 }, (_, n) => `127.0.0.${n + 1}`)
    const hosts = behaviour.host ? [behaviour.host] : loopback
    const resolvable = hosts.map((host) => (/^[\d.]+$/.test(host) ? host : '127.0.0.1'))
    const receiver = await rawReceiver(behaviour.script ?? {}, resolvable)
    if (behaviour.script === null) await receiver.close()
    const scheme = behaviour.id === 'R8' ? 'https' : 'http'
    const url = (n: number) => `${scheme}://${hosts[n % hosts.length]}:${behaviour.port ?? receiver.port}/behaviour/${index}`
    targets.push({ behaviour, receiver, url, addresses: hosts.length })
  }
  return targets
}

export async function closeTargets(targets: readonly Target[]): Promise<void> {
  for (const { behaviour, receiver } of targets) if (behaviour.script !== null) await receiver.close()
}

export interface Setup {
  service: Service
  /** As many connections as long polls and submits at once need. */
  api: Api
}

/** Runs `act` on a fresh service with a short deadline; nothing is left of it afterwards. */
export async function withService<T>(env: Record<string, string>, preload: readonly URL[], act: (setup: Setup) => Promise<T>): Promise<T> {
  const folder = await tempFolder()
  const service = await startService({
    dataDir: join(folder, 'data'),
    handlersDir: HANDLERS,
    env: { LOG_LEVEL: 'warn', CALLBACK_TIMEOUT: `${TIMEOUT_MS}ms`, CALLBACK_RETRY_JITTER: '0', CALLBACK_CA: CA_FILE, ...env },
    preload,
  })
  const api = createApi(service.url, ADMIN_KEY, 128)
  try {
    return await act({ service, api })
  } finally {
    await api.close()
    await service.kill()
    await removeFolder(folder)
  }
}

/** `key` makes it one job, however often it is submitted. */
export async function submitTo(api: Api, url: string, key?: string): Promise<string> {
  const answer = await api.submit(
    { type: 'fault.noop', payload: {}, callback_url: url },
    key === undefined ? {} : { 'idempotency-key': key },
  )
  if (answer.status !== 202) throw new Error(`a submit was refused: ${answer.status} ${answer.text}`)
  return answer.json.id
}

/** What happens to the copies of a request: they race, their reply is cut, or the service is killed before it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultProxy } from '../../harness/proxy.ts'
import type { Setup } from './setup.ts'

/** Keys whose copies set out at the same time. */
export const KEYS_AT_ONCE = 5
/** While replies are cut or the service is killed: keys at a time, and the copies of each. */
const FEW_KEYS = 4
const FEW_COPIES = 4
const CUT_SHARE = 0.5
/** A kill comes at most so long after its copies has set out, milliseconds. */
const LATEST_KILL_MS = 60

/** A moment to wait for: it is armed before the copies set out, so that they cannot be past it. */
type Moment = () => Promise<unknown>

/** So many copies of each key at once. */
export async function sendDuplicates(setup: Setup, { keys, copies }: { keys: number; copies: number }): Promise<void> {
  for (let sent = 0; sent < keys; sent += KEYS_AT_ONCE) {
    await sendCopies(setup, Math.min(KEYS_AT_ONCE, keys - sent), copies)
  }
}

/** Submits until so many replies have been cut after the request was carried out. */
export async function cutReplies(setup: Setup, cuts: number): Promise<void> {
  const { proxy } = setup
  proxy.cut({ cutBeforeReply: CUT_SHARE })
  while (proxy.cuts < cuts) await sendCopies(setup, FEW_KEYS, FEW_COPIES)
  proxy.cut({})
}

/**
 * Kills the service so often while copies are on their way: when the first reply is about to leave, as soon as a job of them is stored,
 * or at a random moment.
 *
 * @param always the only moment of every kill
 */
export async function killBeforeReplies(setup: Setup, kills: number, always?: 'stored'): Promise<void> {
  const { service, proxy, rng } = setup
  const moments = {
    'first reply': async () => firstReply(proxy),
    stored: () => nextStored(setup),
    random: async (): Promise<Moment> => () => sleep(rng.between(0, LATEST_KILL_MS)),
  }
  const names = ['first reply', 'stored', 'random'] as const
  for (let killed = 0; killed < kills; killed += 1) {
    const come = await moments[always ?? names[rng.between(0, names.length - 1)] ?? 'random']()
    const copies = sendCopies(setup, FEW_KEYS, FEW_COPIES)
    await come()
    await service.kill()
    proxy.cut({})
    await setup.start()
    await copies
  }
}

async function sendCopies({ order, submit }: Setup, keys: number, copies: number): Promise<void> {
  const orders = Array.from({ length: keys }, () => order())
  await Promise.all(orders.flatMap((one) => Array.from({ length: copies }, () => submit(one))))
}

/** Comes when the newest job is another one than now, before any copy has set out. */
async function nextStored({ service }: Setup): Promise<Moment> {
  const { api } = await service.start()
  const newest = async (): Promise<string | undefined> => (await api.call('GET', '/v1/jobs?limit=1&tenant=*')).json.data[0]?.id
  const before = await newest()
  return async () => {
    while ((await newest()) === before);
  }
}

/** From now on no reply gets through; comes when the first was to. */
function firstReply(proxy: FaultProxy): Moment {
  const cut = new Promise<void>((resolve) => proxy.cut({ cutBeforeReply: 1, onCut: resolve }))
  return () => cut
}

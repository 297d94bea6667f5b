/** What befalls copies on their way: each other, a cut before the reply, and the death of the service. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultProxy } from '../../harness/proxy.ts'
import type { Setup } from './setup.ts'

/** Keys whose copies set out at the same time. */
export const KEYS_AT_ONCE = 5
/** While replies are cut or the service is killed: keys at a time, and the copies of each. */
const FEW_KEYS = 4
const FEW_COPIES = 4
const CUT_SHARE = 0.5
/** A kill comes at most so long after its crowd has set out, milliseconds. */
const LATEST_KILL_MS = 60

/** So many copies of each key at once. */
export async function sendDuplicates(setup: Setup, { keys, copies }: { keys: number; copies: number }): Promise<void> {
  for (let sent = 0; sent < keys; sent += KEYS_AT_ONCE) {
    await sendCopies(setup, Math.min(KEYS_AT_ONCE, keys - sent), copies)
  }
}

/** Submits until so many replies have been cut after the request was carried out. */
export async function cutReplies(setup: Setup, cuts: number): Promise<void> {
  const { proxy } = setup
  proxy.poison({ cutBeforeReply: CUT_SHARE })
  while (proxy.cuts < cuts) await sendCopies(setup, FEW_KEYS, FEW_COPIES)
  proxy.poison({})
}

/** Kills the service so often with copies on their way: when the first reply is about to leave, or at a random moment. */
export async function killBeforeReplies(setup: Setup, kills: number): Promise<void> {
  const { service, proxy, rng } = setup
  for (let killed = 0; killed < kills; killed += 1) {
    const moment = rng.next() < 0.5 ? firstReply(proxy) : sleep(rng.between(0, LATEST_KILL_MS))
    const crowd = sendCopies(setup, FEW_KEYS, FEW_COPIES)
    await moment
    await service.kill()
    proxy.poison({})
    await setup.start()
    await crowd
  }
}

async function sendCopies({ order, submit }: Setup, keys: number, copies: number): Promise<void> {
  const orders = Array.from({ length: keys }, () => order())
  await Promise.all(orders.flatMap((one) => Array.from({ length: copies }, () => submit(one))))
}

/** From now on no reply gets through; settles when the first was to. */
function firstReply(proxy: FaultProxy): Promise<void> {
  return new Promise((resolve) => proxy.poison({ cutBeforeReply: 1, onCut: resolve }))
}

/** What befalls twins on their way: each other, a cut before the reply, and the death of the service. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultProxy } from '../proxy.ts'
import type { Stage } from './stage.ts'

/** Keys whose twins set out at the same time. */
export const KEYS_AT_ONCE = 5
/** While replies are cut or the service is killed: keys at a time, and the twins of each. */
const FEW_KEYS = 4
const FEW_TWINS = 4
const CUT_SHARE = 0.5
/** A kill comes at most so long after its crowd has set out, milliseconds. */
const LATEST_KILL_MS = 60

/** So many twins of each key at once. */
export async function sendCrowds(stage: Stage, { keys, twins }: { keys: number; twins: number }): Promise<void> {
  for (let sent = 0; sent < keys; sent += KEYS_AT_ONCE) {
    await sendCrowd(stage, Math.min(KEYS_AT_ONCE, keys - sent), twins)
  }
}

/** Submits until so many replies have been cut after the request was carried out. */
export async function cutReplies(stage: Stage, cuts: number): Promise<void> {
  const { proxy } = stage
  proxy.poison({ cutBeforeReply: CUT_SHARE })
  while (proxy.cuts < cuts) await sendCrowd(stage, FEW_KEYS, FEW_TWINS)
  proxy.poison({})
}

/** Kills the service so often with twins on their way: when the first reply is about to leave, or at a random moment. */
export async function killBeforeReplies(stage: Stage, kills: number): Promise<void> {
  const { service, proxy, dice } = stage
  for (let killed = 0; killed < kills; killed += 1) {
    const moment = dice.next() < 0.5 ? firstReply(proxy) : sleep(dice.between(0, LATEST_KILL_MS))
    const crowd = sendCrowd(stage, FEW_KEYS, FEW_TWINS)
    await moment
    await service.kill()
    proxy.poison({})
    await stage.start()
    await crowd
  }
}

async function sendCrowd({ order, submit }: Stage, keys: number, twins: number): Promise<void> {
  const orders = Array.from({ length: keys }, () => order())
  await Promise.all(orders.flatMap((one) => Array.from({ length: twins }, () => submit(one))))
}

/** From now on no reply gets through; settles when the first was to. */
function firstReply(proxy: FaultProxy): Promise<void> {
  return new Promise((resolve) => proxy.poison({ cutBeforeReply: 1, onCut: resolve }))
}

/** Row L7: 429, 502, 503 and 504 slow their destination, and no other. Judged by what the receivers have in hand. */
import { delivered, type Row, refused } from './case.ts'
import { OK, status } from './scripts.ts'
import { closeTargets, openTargets, submitTo, withService } from './setup.ts'

const DELIVERIES = 64
/** What a destination may have in flight before anything is known of it. */
const FIRST_LIMIT = 8
const THINKING_MS = 20

interface Hand {
  code: number
  row: Row
  /** Requests in hand when each arrived, itself included. */
  seen: number[]
}

export interface SlowingReport {
  code: number
  /** The most in hand over the last quarter of its deliveries. */
  inHand: number
  fault: string | null
}

export async function runSlowing(): Promise<SlowingReport[]> {
  const hands = [429, 502, 503, 504, 500, 200].map(hand)
  const targets = await openTargets(hands.map(({ row }) => row))
  try {
    const env = { CALLBACK_RETRY_SCHEDULE: 'none', CALLBACK_BREAKER: 'off', CALLBACK_TIMEOUT: '15s' }
    return await withService(env, [], async ({ api }) => {
      const load = targets.flatMap((target) => Array.from({ length: DELIVERIES }, (_, n) => submitTo(api, target.url(n))))
      const ids = await Promise.all(load)
      await Promise.all(ids.map((id) => api.jobUntil(id, (document) => document.callback.status !== 'pending', 30_000)))
      return hands.map(judgeHand)
    })
  } finally {
    await closeTargets(targets)
  }
}

/** A receiver that thinks a little, and counts what it has in hand. */
function hand(code: number): Hand {
  const seen: number[] = []
  let inHand = 0
  const script: Row['script'] = {
    onRequest: (socket) => {
      inHand += 1
      seen.push(inHand)
      setTimeout(() => {
        inHand -= 1
        socket.write(code === 200 ? OK : status(code))
      }, THINKING_MS)
    },
  }
  return { code, seen, row: { id: 'L7', name: `answers ${code}`, script, expect: code === 200 ? delivered() : refused(code) } }
}

function judgeHand({ code, seen }: Hand): SlowingReport {
  const inHand = Math.max(...seen.slice(-DELIVERIES / 4))
  const slowed = inHand === 1
  const mustSlow = [429, 502, 503, 504].includes(code)
  if (seen.length !== DELIVERIES) return { code, inHand, fault: `${seen.length} of ${DELIVERIES} requests came` }
  if (mustSlow && !slowed) return { code, inHand, fault: 'was not slowed' }
  if (!mustSlow && inHand < FIRST_LIMIT) return { code, inHand, fault: 'was slowed' }
  return { code, inHand, fault: null }
}

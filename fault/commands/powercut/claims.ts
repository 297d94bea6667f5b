/** What the service has told the world: every job document that left it through a socket, whoever it was for. */
import { isTerminal } from '../../harness/history.ts'
import { fileOf, type Moment, stringsOf } from '../../harness/strace-log.ts'

/** The calls that answers and callbacks leave by. */
export const SOCKET_CALLS = ['write', 'writev', 'sendto', 'sendmsg'] as const

/** As documents begin, in answers, lists and callbacks. */
const DOCUMENT = /"id":"(job_[^"]+)","type":"[^"]*","status":"(\w+)"/g

export interface Claims {
  /** Takes note of what leaves by a call. */
  hear(moment: Moment): void
  /** The jobs told of so far, each with the final state it was said to have, or null. */
  readonly jobs: ReadonlyMap<string, string | null>
  /** Answers 202 so far. */
  readonly acks: number
}

export function createClaims(): Claims {
  const jobs = new Map<string, string | null>()
  let acks = 0
  return {
    hear({ phase, call, args }) {
      // What has begun to leave may have arrived.
      if (phase !== 'enter' || !SOCKET_CALLS.some((one) => one === call) || !fileOf(args)?.startsWith('socket:')) return
      const text = Buffer.concat(stringsOf(args)).toString()
      if (text.startsWith('HTTP/1.1 202')) acks += 1
      for (const [, id = '', status = ''] of text.matchAll(DOCUMENT)) {
        if (isTerminal(status)) jobs.set(id, status)
        else if (!jobs.has(id)) jobs.set(id, null)
      }
    },
    jobs,
    get acks() {
      return acks
    },
  }
}

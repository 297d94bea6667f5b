/** Hands events to the local receiver, one at a time, also those that a person asks for again. */
import type { EventText } from '../../../client/resources/event-texts.ts'
import { sleep } from '../../../client/transport/time.ts'
import type { Invocation } from '../../call/command.ts'
import { Interrupted } from '../../world/ends.ts'
import { signingSecrets } from '../local/signing-secrets.ts'
import { type Answer, deliver, type Target } from './deliver.ts'
import { answerText, failureText } from './report.ts'

/** Between two tries of one event, milliseconds: doubled from the first to the last. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5_000
/** Ctrl-C as a key: where keys are read it is no signal. */
const CTRL_C = '\u0003'

/** The reason when a person has pressed `q`. */
export const QUIT = new Error('the person has quit')

/** Where events are handed over. */
export interface Desk {
  /** Aborted by Ctrl-C, and by `q` with QUIT as its reason. */
  readonly signal: AbortSignal
  /** Whether a person can press them. */
  readonly hasKeys: boolean
  /** Resolves when the receiver has taken the event: it is sent until then. */
  hand(event: EventText): Promise<Answer>
  /** Reads no more keys. */
  close(): void
}

/** Reads keys where there is a terminal: `r` sends the last event again, or the one that waits at once; `q` ends. */
export function openDesk(call: Invocation, url: string, secrets: readonly string[]): Desk {
  const { world, out } = call
  const own = new AbortController()
  const signal = AbortSignal.any([call.signal, own.signal])
  let target: Target = { url, secrets }
  let last: EventText | null = null
  let turn: Promise<unknown> = Promise.resolve()
  let wake: (() => void) | null = null

  const post = (event: EventText): Promise<Answer> => {
    const answer = turn.then(() => deliver(world, target, event, signal))
    turn = answer.catch(() => {})
    return answer
  }
  const resend = async (event: EventText): Promise<void> => {
    const answer = await post(event)
    await out.words(`again: ${answer.taken ? answerText(event, answer) : failureText(event, answer)}`)
  }
  const onKey = (key: string) => {
    if (key === CTRL_C) own.abort(new Interrupted())
    else if (key === 'q') own.abort(QUIT)
    else if (key === 'r' && wake !== null) wake()
    else if (key === 'r' && last !== null) void resend(last).catch(() => {})
  }
  const hasKeys = world.stdin.isTerminal && world.stdout.isTerminal
  const close = hasKeys ? world.stdin.keys((keys) => [...keys].forEach(onKey)) : () => {}

  const rest = async (ms: number): Promise<void> => {
    const early = new AbortController()
    wake = () => early.abort()
    await sleep(world.time, ms, AbortSignal.any([signal, early.signal])).catch(() => {})
    wake = null
    signal.throwIfAborted()
  }

  return {
    signal,
    hasKeys,
    close,
    async hand(event) {
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
        const answer = await post(event)
        if (answer.taken) {
          last = event
          return answer
        }
        await out.words(`${failureText(event, answer)}; tried again in ${wait / 1000} s`)
        await rest(wait)
        // The service's secret may have been rotated since.
        if (!call.given.has('secret')) target = { url, secrets: await signingSecrets(call).catch(() => target.secrets) }
      }
    },
  }
}

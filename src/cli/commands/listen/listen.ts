import type { EventText } from '../../../client/resources/event-texts.ts'
import { sleep } from '../../../client/transport/time.ts'
import type { CommandSpec, Invocation } from '../../call/command.ts'
import { cursorFile } from '../../profile/cursor.ts'
import { checkUrl } from '../../profile/service.ts'
import { Interrupted, UsageError } from '../../world/ends.ts'
import { followFeed, typesIn } from '../events/feed.ts'
import { signingSecrets } from '../local/signing-secrets.ts'
import { type Answer, deliver } from './deliver.ts'
import { answerDocument, answerText, failureText } from './report.ts'
import { startPlace } from './start-place.ts'

/** Between two tries of one event, milliseconds: doubled from the first to the last. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5_000

/** `ringback listen`: at least once, in the order of the feed. The place is stored after each 2xx. */
export const listenCommand: CommandSpec = {
  path: 'listen',
  about: 'hand the tenant’s events to a local URL, signed as the service would; goes on where it left off',
  options: [
    { flags: '--forward-to <URL>', about: 'the local receiver' },
    { flags: '--events <TYPES>', about: 'only of these types, a comma list' },
    { flags: '--after <ID>', about: 'begin behind this event, at oldest or at latest, instead of where the last run ended' },
    { flags: '--secret <SECRET|@FILE>', about: 'sign with this instead of the service’s signing secret', repeats: true },
  ],
  more: [
    'The first run begins with what comes from then on. An event is sent until the receiver answers 2xx: nothing is passed over, and an',
    'event may come twice, with the same webhook-id. On a terminal r sends the last one again, and q ends.',
  ].join('\n'),
  async run(call) {
    const { given, world, out } = call
    const forwardTo = given.text('forward-to')
    if (forwardTo === undefined) throw new UsageError('listen needs --forward-to URL')
    const target = { url: checkUrl(forwardTo, '--forward-to'), secrets: await signingSecrets(call) }
    const service = call.service()
    const cursor = cursorFile(world, service)
    const { after, resumed } = await startPlace(call, cursor)
    await out.words(
      `Events of ${service.url} go to ${target.url}, ${resumed ? `from where the last run ended (${after})` : 'from now on'}.`,
    )
    const desk = openDesk(call, target)
    try {
      for await (const event of followFeed({ ...call, signal: desk.signal }, { after, types: typesIn(given.text('events')) })) {
        await desk.hand(event)
        cursor.write(event.id)
      }
    } finally {
      desk.close()
    }
    return undefined
  },
}

/** Sends one event at a time, also what a person asks for again. */
function openDesk(call: Invocation, target: { url: string; secrets: string[] }) {
  const { world, out } = call
  const own = new AbortController()
  const signal = AbortSignal.any([call.signal, own.signal])
  let last: EventText | null = null
  let turn: Promise<unknown> = Promise.resolve()
  let wake = () => {}

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
    if (key === 'q' || key === '\u0003') own.abort(new Interrupted())
    if (key !== 'r') return
    // What is waiting to be tried again is tried now.
    wake()
    if (last !== null) void resend(last).catch(() => {})
  }
  const hasKeys = world.stdin.isTerminal && world.stdout.isTerminal
  const stopKeys = hasKeys ? world.stdin.keys(onKey) : () => {}

  /** Ends early when a person asks. */
  const rest = async (ms: number) => {
    const early = new AbortController()
    wake = () => early.abort()
    await sleep(world.time, ms, AbortSignal.any([signal, early.signal])).catch(() => {})
    wake = () => {}
    signal.throwIfAborted()
  }

  return {
    signal,
    close: stopKeys,
    /** Resolves when the receiver has taken it. */
    async hand(event: EventText): Promise<void> {
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
        const answer = await post(event)
        if (answer.taken) {
          last = event
          return out.result(answerDocument(event, answer), () => answerText(event, answer))
        }
        await out.words(`${failureText(event, answer)}; tried again in ${wait / 1000} s`)
        await rest(wait)
        // The service's secret may have been rotated since.
        if (!call.given.has('secret')) target.secrets = await signingSecrets(call).catch(() => target.secrets)
      }
    },
  }
}

/** The receivers of callbacks, and the promises they can watch: what arrives is signed, the same each time, due, and true. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { SendOutcome } from '../../src/domain/attempt.ts'
import type { Sender } from '../../src/ports/sender.ts'
import type { ModelClock, ProcessClock } from './clock.ts'
import type { ModelDatabase } from './database.ts'
import type { History, Hit } from './history.ts'
import { CALLBACK_CONCURRENCY, PER_DESTINATION } from './limits.ts'
import type { Answer, ReceiverMode } from './steps.ts'
import { violated } from './violation.ts'

/** The total deadline of a try, milliseconds. */
const DEADLINE_MS = 15_000
/** Seconds. */
const RETRY_AFTER = '40'

export interface Receivers {
  /** How each origin answers; an origin not named answers 200. */
  modes: Map<string, ReceiverMode>
  /** @param sent told of every request; throws to say that it should never have been sent */
  sender(process: string, clock: ProcessClock, sent: (eventId: string) => void): Sender
}

export function createReceivers(clock: ModelClock, database: ModelDatabase, history: History, secret: string): Receivers {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const bodies = new Map<string, Uint8Array>()
  const modes = new Map<string, ReceiverMode>()

  /** Everything a receiver can hold against a request, at the moment it arrives. */
  function judge(hit: Hit): void {
    const { eventId, request } = hit
    const { headers, body } = request
    const signed = createHmac('sha256', key).update(`${eventId}.${headers['webhook-timestamp']}.`).update(body).digest()
    const theirs = Buffer.from((headers['webhook-signature'] ?? '').slice('v1,'.length), 'base64')
    if (theirs.length !== signed.length || !timingSafeEqual(theirs, signed)) violated('I6', `the signature of ${eventId} is wrong`)

    const first = bodies.get(eventId)
    if (first && Buffer.compare(first, body) !== 0) violated('I4', `${eventId} came with two bodies`)
    bodies.set(eventId, body)

    const event = database.event(eventId)
    if (!event) violated('I5', `${eventId} was sent before it was stored`)
    if (Buffer.compare(event.body, body) !== 0) violated('I4', `${eventId} was not sent as it is stored`)
    const { type, data } = JSON.parse(Buffer.from(body).toString())
    const job = database.job(data.id)
    if (type !== `job.${data.status}`) violated('I5', `${type} announces the state ${data.status}`)
    if (job?.status !== data.status) violated('I5', `${eventId} announces ${data.status} of ${data.id}, which is stored as ${job?.status}`)

    const delivery = database.deliveryOf(eventId)
    if (!delivery) violated('I5', `${eventId} was sent without a stored delivery`)
    if (delivery.due_at !== null && delivery.due_at > clock.latest()) {
      violated('schedule', `${delivery.id} was sent ${delivery.due_at - clock.latest()} ms before it was due`)
    }
  }

  return {
    modes,
    sender(process, timers, sent) {
      function checkLimits(destination: string): void {
        const open = history.hits.filter((hit) => hit.process === process && hit.answer === null)
        if (open.length >= CALLBACK_CONCURRENCY) violated('slots', `${open.length + 1} requests are in flight from ${process}`)
        const there = open.filter((hit) => hit.destination === destination).length
        if (there >= PER_DESTINATION) violated('slots', `${there + 1} requests are in flight to ${destination}`)
      }

      return {
        send: (request, signal) =>
          new Promise((resolve) => {
            const startedAt = clock.monotonic()
            const end = (answer: Answer | 'timeout' | 'interrupted') => {
              if (hit.answer !== null) return
              hit.answer = answer
              cancelDeadline()
              resolve(outcomeOf(answer, clock.monotonic() - startedAt))
            }
            const hit: Hit = {
              process,
              eventId: request.headers['webhook-id'] ?? '',
              jobId: JSON.parse(Buffer.from(request.body).toString()).data.id,
              destination: request.destination,
              request,
              answer: null,
              end,
            }
            const cancelDeadline = timers.after(DEADLINE_MS, () => end('timeout'))
            checkLimits(request.destination)
            sent(hit.eventId)
            history.hits.push(hit)
            judge(hit)
            signal.addEventListener('abort', () => end('interrupted'))
            const mode = modes.get(new URL(request.url).origin) ?? 'ok'
            if (mode !== 'hang') end(mode)
          }),
        close: async () => {},
      }
    },
  }
}

function outcomeOf(answer: Answer | 'timeout' | 'interrupted', ms: number): SendOutcome {
  const outcome = { status: null, error: null, errorCause: null, ms, responseHeaders: {}, responseBody: new Uint8Array() }
  switch (answer) {
    case 'ok':
      return { ...outcome, kind: 'answered', status: 200 }
    case 'error':
      return { ...outcome, kind: 'answered', status: 500 }
    case 'gone':
      return { ...outcome, kind: 'answered', status: 410 }
    case 'busy':
      return { ...outcome, kind: 'answered', status: 429, responseHeaders: { 'retry-after': RETRY_AFTER } }
    case 'forbidden':
      return { ...outcome, kind: 'forbidden', error: 'forbidden_address' }
    case 'timeout':
      return { ...outcome, kind: 'failed', error: 'timeout' }
    case 'interrupted':
      return { ...outcome, kind: 'interrupted', error: 'interrupted' }
    default:
      return answer satisfies never
  }
}

/** What each answer of a receiver means (docs/contract.md#callbacks; row L7), and the spellings of Retry-After (row L6). */
import { delivered, failed, type Row, refused, type Seen } from './case.ts'
import { answer, status } from './scripts.ts'

/** CALLBACK_RETRY_SCHEDULE of the run: the one wait between two tries. */
export const WAIT_MS = 200
/** A second try that kept to the schedule alone started within this. */
const ON_SCHEDULE_MS = 700

const accepted: Row[] = [200, 201, 202, 204, 205, 226, 299].map((code) => ({
  id: 'L7',
  name: `answers ${code}`,
  // A 204 has no length, and a 205 no body.
  script: answer(code === 204 ? 'HTTP/1.1 204 X\r\n\r\n' : status(code)),
  expect: delivered(code),
}))

/** Ways to name another place, all of which lead back to the receiver itself: a second request in a try would be seen. */
const redirects: Row[] = [300, 301, 302, 303, 304, 307, 308].map((code) => ({
  id: 'L7',
  name: `answers ${code}`,
  script: answer(status(code, ['location: /elsewhere', 'refresh: 0; url=/elsewhere', 'alt-svc: h2=":80"'])),
  expect: refused(code),
  also: ({ requests, attempts }) =>
    requests.length === attempts.length ? [] : [`${requests.length} requests for ${attempts.length} tries`],
}))

const others: Row[] = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 425, 429, 500, 501, 502, 503, 504, 505, 511, 599].map((code) => ({
  id: 'L7',
  name: `answers ${code}`,
  script: answer(status(code)),
  expect: refused(code),
  also: onSchedule,
}))

const gone: Row = { id: 'L7', name: 'answers 410', script: answer(status(410)), expect: { end: 'gone', status: 410, error: null } }

/** A label of 64 characters is no name, so that no name server is asked. */
const unresolvable: Row = {
  id: 'L7',
  name: 'has a name that cannot be resolved',
  script: null,
  host: `${'x'.repeat(64)}.invalid`,
  expect: failed('dns_failed'),
}

const inSeconds = (seconds: number) => new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000)
const asctime = (at: Date) => {
  const [, weekday, day = '', month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(at.toUTCString()) ?? []
  return `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`
}
const rfc850 = (at: Date) => {
  const [, , day, month, year = '', time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(at.toUTCString()) ?? []
  const weekday = at.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })
  return `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`
}

/** The value, and what it makes of the second try: not before so many milliseconds, on schedule, or a day later. */
const patience: [string, () => string[], number | 'on schedule' | 'capped'][] = [
  ['in seconds', () => ['1'], 1000],
  ['as a date', () => [inSeconds(1).toUTCString()], 900],
  ['as a date of RFC 850', () => [rfc850(inSeconds(1))], 900],
  ['as a date of asctime', () => [asctime(inSeconds(1))], 900],
  ['of 0', () => ['0'], 'on schedule'],
  ['in the past', () => ['Tue, 03 Jun 2008 11:05:30 GMT'], 'on schedule'],
  ['of -5', () => ['-5'], 'on schedule'],
  ['of 1.5', () => ['1.5'], 1500],
  ['in words', () => ['soon'], 'on schedule'],
  ['twice', () => ['2', '3'], 'on schedule'],
  ['of a million million', () => ['1000000000000'], 'capped'],
  ['in the year 9999', () => ['Fri, 31 Dec 9999 23:59:59 GMT'], 'capped'],
]
const retryAfter: Row[] = patience.map(([name, values, means]) => ({
  id: 'L6',
  name: `503 with a Retry-After ${name}`,
  script: answer(() =>
    status(
      503,
      values().map((value) => `retry-after: ${value}`),
    ),
  ),
  expect: means === 'capped' ? { end: 'waiting', status: 503, error: null } : refused(503),
  also: means === 'on schedule' ? onSchedule : means === 'capped' ? withinADay : (seen) => notBefore(seen, means),
}))

function gapMs({ attempts: [first, second] }: Seen): number {
  return first && second ? Date.parse(second.at) - Date.parse(first.at) - first.ms : Number.NaN
}

function notBefore(seen: Seen, ms: number): string[] {
  return gapMs(seen) >= ms ? [] : [`tried again after ${gapMs(seen)} ms, not ${ms}`]
}

function onSchedule(seen: Seen): string[] {
  const gap = gapMs(seen)
  return gap >= WAIT_MS - 1 && gap <= ON_SCHEDULE_MS ? [] : [`tried again after ${gap} ms, not ${WAIT_MS}`]
}

function withinADay({ nextAttemptAt, attempts }: Seen): string[] {
  const wait = Date.parse(nextAttemptAt ?? '') - Date.parse(attempts[0]?.at ?? '')
  return Math.abs(wait - 86_400_000) < 5_000 ? [] : [`the next try is ${wait} ms away, not 24 h`]
}

export const ETIQUETTE: readonly Row[] = [...accepted, ...redirects, gone, ...others, unresolvable, ...retryAfter]

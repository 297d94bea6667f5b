import { expect, it } from 'vitest'
import { describeStops, failuresOfStops, type StopRecord } from './verdict.ts'

const LIMIT_MS = 1_000
const NOTHING_REFUSED = { refused: { none: 3, 503: 1 }, answersCut: 0 }

function stop(more: Partial<StopRecord>): StopRecord {
  const seen = { held: 4, answered: 4, idle: { at: 110, error: null } }
  return { at: 100, exit: { code: 0, signal: null, ms: 700 }, cut: false, second: null, seen, ...more }
}

const KILLED: Partial<StopRecord> = {
  cut: true,
  second: { signal: 'SIGKILL', afterMs: 5 },
  exit: { code: null, signal: 'SIGKILL', ms: 3 },
  seen: { held: 4, answered: 0, idle: { at: 110, error: 'read ECONNRESET' } },
}
const HASTENED: Partial<StopRecord> = { ...KILLED, second: { signal: 'SIGTERM', afterMs: 5 }, exit: { code: 1, signal: null, ms: 3 } }

it('accepts stops that end in time, and any cut of connections by a second signal', () => {
  const stops = [stop({}), stop(KILLED), stop(HASTENED)]
  expect(failuresOfStops(stops, NOTHING_REFUSED, LIMIT_MS)).toEqual([])
  expect(describeStops(stops, NOTHING_REFUSED)[0]).toBe('ended by themselves   1, in p50 700 ms, p99 700 ms, 700 ms at most')
})

it.each<[string, Partial<StopRecord>, RegExp]>([
  ['another exit code', { exit: { code: 1, signal: null, ms: 700 } }, /exited with 1/],
  ['a late exit', { exit: { code: 0, signal: null, ms: 2_100 } }, /took 2100 ms/],
  ['a held answer that was cut', { seen: { held: 4, answered: 3, idle: { at: 110, error: null } } }, /1 of 4 held answers/],
  ['a reset of an idle connection', { seen: { held: 4, answered: 4, idle: { at: 110, error: 'ECONNRESET' } } }, /ended with ECONNRESET/],
  ['an idle connection left open', { seen: { held: 4, answered: 4, idle: { at: 1_000, error: null } } }, /left open for 900 ms/],
  ['a second signal that is not heard', { ...HASTENED, exit: { code: 1, signal: null, ms: 1_500 } }, /1500 ms from the second signal/],
  ['a second signal that ends it as if in order', { ...HASTENED, exit: { code: 2, signal: null, ms: 3 } }, /ended it with 2/],
])('sees %s', (_name, more, says) => {
  expect(failuresOfStops([stop(more)], NOTHING_REFUSED, LIMIT_MS).join('\n')).toMatch(says)
})

it('sees answers that were cut and errors among the refusals', () => {
  const failures = failuresOfStops([stop({})], { refused: { none: 1, 500: 2, 503: 1 }, answersCut: 1 }, LIMIT_MS)
  expect(failures).toEqual(['1 submits were carried out and their answers cut', '2 submits were answered 500'])
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterRestart, attributeFault, backoff } from '../../src/handlers/host/fault-attribution.ts'
import { isSurplus, placeRun, type ThreadView, UNRESPONSIVE_MS } from '../../src/handlers/host/scheduling.ts'
import { chargeTime, decideUnresponsive, MAX_STALL_MS, type RunTime } from '../../src/handlers/host/unresponsive.ts'

const thread = (more: Partial<ThreadView> = {}): ThreadView => ({
  runs: 0,
  abandoned: 0,
  unresponsiveMs: 0,
  hasExclusiveRun: false,
  ...more,
})
const UNRESPONSIVE = thread({ runs: 1, unresponsiveMs: UNRESPONSIVE_MS })
const CAPACITY = { starting: 0, limit: 2, waitingExclusive: 1 }
const SHARED = { exclusive: false, waitedMs: 0 }
const EXCLUSIVE = { exclusive: true, waitedMs: 0 }

const anyThread = fc.record({
  runs: fc.nat(5),
  abandoned: fc.nat(3),
  unresponsiveMs: fc.constantFrom(0, 100, UNRESPONSIVE_MS),
  hasExclusiveRun: fc.boolean(),
})

describe('the scheduling of a run', () => {
  it.each([
    ['an idle thread', [thread({ runs: 1 }), thread()], SHARED, CAPACITY, { use: 1, start: false }],
    ['no unresponsive thread, but one more', [UNRESPONSIVE], SHARED, CAPACITY, { use: null, start: true }],
    [
      'a thread that is being started, for a while',
      [thread({ runs: 1 })],
      SHARED,
      { ...CAPACITY, starting: 1 },
      { use: null, start: false },
    ],
    [
      'the one with fewest runs when that takes long',
      [thread({ runs: 2 }), thread({ runs: 1 })],
      { exclusive: false, waitedMs: 500 },
      CAPACITY,
      { use: 1, start: false },
    ],
    [
      'the one heard of last, of two with runs',
      [thread({ runs: 1, unresponsiveMs: 100 }), thread({ runs: 2 })],
      SHARED,
      CAPACITY,
      { use: 1, start: false },
    ],
    ['an empty thread when the run is exclusive', [thread({ runs: 1 }), thread()], EXCLUSIVE, CAPACITY, { use: 1, start: false }],
    ['a thread of its own when none is empty', [thread({ runs: 1 })], EXCLUSIVE, CAPACITY, { use: null, start: true }],
    ['no thread that another wants for itself', [thread({ runs: 1, hasExclusiveRun: true })], SHARED, CAPACITY, { use: null, start: true }],
  ])('gives %s', (_, threads, needs, room, placed) => {
    expect(placeRun(threads, needs, room)).toEqual(placed)
  })

  it('never uses an unresponsive thread or one with an exclusive run, nor one with other runs for an exclusive run', () => {
    fc.assert(
      fc.property(
        fc.array(anyThread, { maxLength: 6 }),
        fc.boolean(),
        fc.nat(1_000),
        fc.nat(3),
        (threads, exclusive, waitedMs, starting) => {
          const { use } = placeRun(threads, { exclusive, waitedMs }, { starting, limit: 2, waitingExclusive: 1 })
          const given = use === null ? null : threads[use]
          if (!given) return
          expect(given.unresponsiveMs).toBeLessThan(UNRESPONSIVE_MS)
          expect(given.hasExclusiveRun).toBe(false)
          if (exclusive) expect(given).toMatchObject({ runs: 0, abandoned: 0 })
        },
      ),
    )
  })

  it('finds a thread, starts one, or one is being started: no run waits for nothing', () => {
    fc.assert(
      fc.property(fc.array(anyThread, { maxLength: 6 }), fc.boolean(), fc.nat(3), (threads, exclusive, starting) => {
        const { use, start } = placeRun(threads, { exclusive, waitedMs: 1_000 }, { starting, limit: 2, waitingExclusive: 1 })
        expect(use !== null || start || starting > 0).toBe(true)
      }),
    )
  })

  it('ends a thread only when more are available than the limit', () => {
    expect(isSurplus([thread(), thread(), UNRESPONSIVE], 2)).toBe(false)
    expect(isSurplus([thread(), thread(), thread()], 2)).toBe(true)
  })
})

describe('the time charged to a run', () => {
  const at = (chargedMs = 0, disputedMs = 0): RunTime => ({ id: 1, chargedMs, disputedMs })

  it('is charged while its thread responds', () => {
    expect(chargeTime(at(100), { elapsedMs: 100, unresponsiveMs: 0, executing: 2 })).toMatchObject({ chargedMs: 200 })
  })

  it('is charged to the run that executes while its thread is unresponsive', () => {
    expect(chargeTime(at(100), { elapsedMs: 100, unresponsiveMs: 5_000, executing: 1 })).toMatchObject({ chargedMs: 200 })
  })

  it.each([[2], [0]])('is given back from the beginning to a run that waits for another (%i) in an unresponsive thread', (executing) => {
    let run = at(1_000)
    for (let unresponsiveMs = 100; unresponsiveMs <= 3_000; unresponsiveMs += 100)
      run = chargeTime(run, { elapsedMs: 100, unresponsiveMs, executing })
    expect(run).toEqual({ id: 1, chargedMs: 1_000, disputedMs: 0 })
  })

  it('is charged for a pause too short to make the thread unresponsive', () => {
    let run = at()
    for (const unresponsiveMs of [100, 200, 0]) run = chargeTime(run, { elapsedMs: 100, unresponsiveMs, executing: 2 })
    expect(run.chargedMs).toBe(300)
  })
})

describe('an unresponsive thread', () => {
  const started = [
    { id: 1, leftMs: 60_000 },
    { id: 2, leftMs: 2_000 },
  ]
  const run = { kind: 'run', id: 1 } as const

  it.each([
    ['is left to a handler that computes alone in it', { unresponsiveMs: 3600_000, executing: run, started: started.slice(0, 1) }],
    ['is left to a handler for as long as others can wait', { unresponsiveMs: MAX_STALL_MS - 1, executing: run, started }],
    ['is left to unknown code for the time of its shortest run', { unresponsiveMs: 1_999, executing: { kind: 'unknown' }, started }],
  ] as const)('%s', (_, thread) => {
    expect(decideUnresponsive(thread)).toEqual({ kind: 'wait' })
  })

  it.each([
    [
      'is taken from a handler for which others wait, which goes on alone',
      { unresponsiveMs: MAX_STALL_MS, executing: run, started },
      [1],
      [2],
    ],
    [
      'is taken from an abandoned handler at once',
      { unresponsiveMs: UNRESPONSIVE_MS, executing: { kind: 'abandoned' }, started },
      [],
      [1, 2],
    ],
    [
      'is replaced when unknown code holds it, and each run is a suspect',
      { unresponsiveMs: 2_000, executing: { kind: 'unknown' }, started },
      [1, 2],
      [],
    ],
  ] as const)('%s', (_, thread, suspects, others) => {
    expect(decideUnresponsive(thread)).toMatchObject({ kind: 'replace', suspects, others })
  })
})

describe('fault attribution', () => {
  it.each([
    ['a known culprit is at fault', 1, { culprit: 1, started: [1, 2], abandoned: 0 }, 'at_fault'],
    ['the runs beside a known culprit are unaffected', 2, { culprit: 1, started: [1, 2], abandoned: 0 }, 'unaffected'],
    ['a run that was alone is at fault', 1, { culprit: null, started: [1], abandoned: 0 }, 'at_fault'],
    ['a run beside an abandoned handler is a suspect', 1, { culprit: null, started: [1], abandoned: 1 }, 'suspect'],
    ['each of several runs is a suspect', 1, { culprit: null, started: [1, 2], abandoned: 0 }, 'suspect'],
  ] as const)('%s', (_, id, loss, verdict) => {
    expect(attributeFault(id, loss)).toBe(verdict)
  })

  it('restarts a run twice beside others, then alone, and not for ever', () => {
    expect([1, 2, 3, 8, 9].map(afterRestart)).toEqual(['shared', 'shared', 'exclusive', 'exclusive', 'lost'])
  })

  it('waits longer after each loss in a row, half a minute at most', () => {
    expect([0, 1, 2, 3, 20].map(backoff)).toEqual([0, 500, 1_000, 2_000, 30_000])
  })
})

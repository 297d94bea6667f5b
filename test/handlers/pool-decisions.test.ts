import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterRestart, backoff, verdictOn } from '../../src/handlers/host/blame.ts'
import { isSurplus, placeRun, SILENT_MS, type ThreadView } from '../../src/handlers/host/placement.ts'
import { countTime, judgeSilence, type RunTime, STALL_MS } from '../../src/handlers/host/silence.ts'

const thread = (more: Partial<ThreadView> = {}): ThreadView => ({ runs: 0, leftOvers: 0, silentMs: 0, isTaken: false, ...more })
const SILENT = thread({ runs: 1, silentMs: SILENT_MS })
const ROOM = { starting: 0, limit: 2, waitingAlone: 1 }
const AMONG_OTHERS = { alone: false, waitedMs: 0 }
const ALONE = { alone: true, waitedMs: 0 }

const anyThread = fc.record({ runs: fc.nat(5), leftOvers: fc.nat(3), silentMs: fc.constantFrom(0, 100, SILENT_MS), isTaken: fc.boolean() })

describe('placing a run', () => {
  it.each([
    ['an idle thread', [thread({ runs: 1 }), thread()], AMONG_OTHERS, ROOM, { use: 1, start: false }],
    ['no silent thread, but one more', [SILENT], AMONG_OTHERS, ROOM, { use: null, start: true }],
    [
      'a thread that is being started, for a while',
      [thread({ runs: 1 })],
      AMONG_OTHERS,
      { ...ROOM, starting: 1 },
      { use: null, start: false },
    ],
    [
      'the one with fewest runs when that takes long',
      [thread({ runs: 2 }), thread({ runs: 1 })],
      { alone: false, waitedMs: 500 },
      ROOM,
      { use: 1, start: false },
    ],
    [
      'the one heard of last, of two with runs',
      [thread({ runs: 1, silentMs: 100 }), thread({ runs: 2 })],
      AMONG_OTHERS,
      ROOM,
      { use: 1, start: false },
    ],
    ['an empty thread when it wants to be alone', [thread({ runs: 1 }), thread()], ALONE, ROOM, { use: 1, start: false }],
    ['a thread of its own when none is empty', [thread({ runs: 1 })], ALONE, ROOM, { use: null, start: true }],
    ['no thread that another wants for itself', [thread({ runs: 1, isTaken: true })], AMONG_OTHERS, ROOM, { use: null, start: true }],
  ])('gives %s', (_, threads, wish, room, placed) => {
    expect(placeRun(threads, wish, room)).toEqual(placed)
  })

  it('never gives a thread that is silent or taken, nor one with other runs to a run that wants to be alone', () => {
    fc.assert(
      fc.property(fc.array(anyThread, { maxLength: 6 }), fc.boolean(), fc.nat(1_000), fc.nat(3), (threads, alone, waitedMs, starting) => {
        const { use } = placeRun(threads, { alone, waitedMs }, { starting, limit: 2, waitingAlone: 1 })
        const given = use === null ? null : threads[use]
        if (!given) return
        expect(given.silentMs).toBeLessThan(SILENT_MS)
        expect(given.isTaken).toBe(false)
        if (alone) expect(given).toMatchObject({ runs: 0, leftOvers: 0 })
      }),
    )
  })

  it('finds a thread or begins to start one, or one is being started: no run waits for nothing', () => {
    fc.assert(
      fc.property(fc.array(anyThread, { maxLength: 6 }), fc.boolean(), fc.nat(3), (threads, alone, starting) => {
        const { use, start } = placeRun(threads, { alone, waitedMs: 1_000 }, { starting, limit: 2, waitingAlone: 1 })
        expect(use !== null || start || starting > 0).toBe(true)
      }),
    )
  })

  it('ends a thread only where more answer than are wanted', () => {
    expect(isSurplus([thread(), thread(), SILENT], 2)).toBe(false)
    expect(isSurplus([thread(), thread(), thread()], 2)).toBe(true)
  })
})

describe('the time of a run', () => {
  const at = (countedMs = 0, disputedMs = 0): RunTime => ({ id: 1, countedMs, disputedMs })

  it('counts while its thread answers', () => {
    expect(countTime(at(100), { elapsedMs: 100, silentMs: 0, holder: 2 })).toMatchObject({ countedMs: 200 })
  })

  it('counts in silence for the run that holds the thread', () => {
    expect(countTime(at(100), { elapsedMs: 100, silentMs: 5_000, holder: 1 })).toMatchObject({ countedMs: 200 })
  })

  it.each([[2], [0]])('does not count in silence for another than the holder (%i), from its beginning on', (holder) => {
    let run = at(1_000)
    for (let silentMs = 100; silentMs <= 3_000; silentMs += 100) run = countTime(run, { elapsedMs: 100, silentMs, holder })
    expect(run).toEqual({ id: 1, countedMs: 1_000, disputedMs: 0 })
  })

  it('counts a pause that was too short to be called silence', () => {
    let run = at()
    for (const silentMs of [100, 200, 0]) run = countTime(run, { elapsedMs: 100, silentMs, holder: 2 })
    expect(run.countedMs).toBe(300)
  })
})

describe('a silent thread', () => {
  const begun = [
    { id: 1, leftMs: 60_000 },
    { id: 2, leftMs: 2_000 },
  ]
  const run = { kind: 'run', id: 1 } as const

  it.each([
    ['is left to a handler that computes alone in it', { silentMs: 3600_000, holder: run, begun: begun.slice(0, 1) }],
    ['is left to a handler for as long as others can wait', { silentMs: STALL_MS - 1, holder: run, begun }],
    ['is left to nobody known for the time of its shortest run', { silentMs: 1_999, holder: { kind: 'nobody' }, begun }],
  ] as const)('%s', (_, silence) => {
    expect(judgeSilence(silence)).toEqual({ kind: 'wait' })
  })

  it.each([
    ['is taken from a handler for which others wait, which goes on alone', { silentMs: STALL_MS, holder: run, begun }, [1], [2]],
    ['is taken from a left-over at once', { silentMs: SILENT_MS, holder: { kind: 'leftOver' }, begun }, [], [1, 2]],
    [
      'is taken when nobody is known to hold it, and each may have done it',
      { silentMs: 2_000, holder: { kind: 'nobody' }, begun },
      [1, 2],
      [],
    ],
  ] as const)('%s', (_, silence, suspects, innocents) => {
    expect(judgeSilence(silence)).toMatchObject({ kind: 'take', suspects, innocents })
  })
})

describe('who took a thread down', () => {
  it.each([
    ['a known culprit is guilty', 1, { culprit: 1, begun: [1, 2], leftOvers: 0 }, 'guilty'],
    ['beside a known culprit everybody is innocent', 2, { culprit: 1, begun: [1, 2], leftOvers: 0 }, 'innocent'],
    ['who was alone is guilty', 1, { culprit: null, begun: [1], leftOvers: 0 }, 'guilty'],
    ['beside a left-over nobody is guilty for certain', 1, { culprit: null, begun: [1], leftOvers: 1 }, 'suspect'],
    ['of several each is suspect', 1, { culprit: null, begun: [1, 2], leftOvers: 0 }, 'suspect'],
  ] as const)('%s', (_, id, loss, verdict) => {
    expect(verdictOn(id, loss)).toBe(verdict)
  })

  it('begins a run anew among others twice, then alone, and not for ever', () => {
    expect([1, 2, 3, 8, 9].map(afterRestart)).toEqual(['among others', 'among others', 'alone', 'alone', 'lost'])
  })

  it('waits longer after each loss in a row, half a minute at most', () => {
    expect([0, 1, 2, 3, 20].map(backoff)).toEqual([0, 500, 1_000, 2_000, 30_000])
  })
})

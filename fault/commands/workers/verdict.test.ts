import { describe, expect, it } from 'vitest'
import type { Run } from './journal.ts'
import { delaysOf, type Evidence, figuresOf, harmOf, missesOf, wasTakenOver } from './verdict.ts'

describe('the witnesses', () => {
  const run = (more: Partial<Run>): Run => ({ jobId: 'job_1', attempt: 1, pid: 1, begunAt: 10, endedAt: null, ...more })
  const sound: Evidence = {
    runs: [run({}), run({ attempt: 2, pid: 2, begunAt: 9_100, endedAt: 9_200 }), run({ jobId: 'job_2', endedAt: 20 })],
    faults: [{ kind: 'kill', pid: 1, at: 100, ms: 0 }],
    returns: [50],
    ends: [
      { jobId: 'job_1', status: 'completed', attempt: 2, resultOf: 2 },
      { jobId: 'job_2', status: 'completed', attempt: 1, resultOf: 1 },
    ],
  }

  it('tell which runs a kill ended, and how long it took until others began in their place', () => {
    const figures = figuresOf(sound)
    expect(figures).toMatchObject({ kills: 1, killsOnRuns: 1, runsKilled: 1, takenUpMs: [9_000] })
    expect(harmOf(figures)).toEqual([])
    expect(delaysOf(figures)).toEqual([])
    expect(figuresOf({ ...sound, returns: [50, 4_100] })).toMatchObject({ takenUpMs: [5_000], longestFromKillMs: 9_000 })
  })

  it('tell which runs of a frozen worker were taken up before its thaw', () => {
    const frozen = (ms: number) => figuresOf({ ...sound, faults: [{ kind: 'freeze', pid: 1, at: 100, ms }] })
    expect(frozen(10_000)).toMatchObject({ freezesOnRuns: 1, fencedOff: 1 })
    expect(frozen(5_000)).toMatchObject({ freezesOnRuns: 1, fencedOff: 0 })
  })

  it('tell what a stopped worker handed back, under the same number', () => {
    const stopped = (begunAt: number) =>
      figuresOf({
        ...sound,
        runs: [run({ endedAt: 300 }), run({ pid: 2, begunAt, endedAt: begunAt + 10 })],
        faults: [{ kind: 'stop', pid: 1, at: 100, ms: 0 }],
        ends: [{ jobId: 'job_1', status: 'completed', attempt: 1, resultOf: 1 }],
      })
    expect(stopped(400)).toMatchObject({ stops: 1, handedOnMs: [100], attemptsTwice: 0 })
    expect(delaysOf(stopped(400))).toEqual([])
    expect(delaysOf(stopped(8_000)).join()).toMatch(/runs of stopped workers were begun again after more than/)
  })

  it.each<[string, Partial<Evidence>, RegExp]>([
    ['never taken up', { runs: [run({})] }, /never taken up/],
    ['taken up late', { runs: [run({}), run({ attempt: 2, pid: 2, begunAt: 15_200, endedAt: 15_300 })] }, /more than 15000 ms/],
    ['begun twice under one number', { runs: [...sound.runs, run({ attempt: 2, pid: 3, begunAt: 9_300, endedAt: 9_400 })] }, /twice/],
    ['fenced off, and its result kept', { ends: [{ jobId: 'job_1', status: 'completed', attempt: 1, resultOf: 1 }] }, /fenced off/],
    ['of another attempt than its result', { ends: [{ jobId: 'job_1', status: 'completed', attempt: 2, resultOf: 1 }] }, /fenced off/],
  ])('see a run that was %s', (_, more, says) => {
    const figures = figuresOf({ ...sound, ...more })
    expect([...harmOf(figures), ...delaysOf(figures)].join('\n')).toMatch(says)
  })

  it('tell whether others have begun what a freeze met', () => {
    const freeze = { pid: 1, at: 100 }
    expect(wasTakenOver(freeze, sound.runs.slice(0, 1))).toBe(false)
    expect(wasTakenOver(freeze, sound.runs)).toBe(true)
    expect(wasTakenOver({ pid: 9, at: 100 }, sound.runs)).toBe(true)
  })

  it('tell which kinds of faults met nothing', () => {
    expect(missesOf(figuresOf(sound))).toEqual([
      'no freeze met a run',
      'no run of a frozen worker was taken up before the thaw',
      'no stop had a run to hand back',
    ])
  })
})

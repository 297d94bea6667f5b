import { describe, expect, it } from 'vitest'
import { latencies } from '../../bench/stalls/figures.ts'
import { PURGE_AT_ONCE, runPurge } from '../../bench/stalls/purge.ts'
import { runSlowFsync } from '../../bench/stalls/slow-fsync.ts'
import { READS_LOCK, runWriteLock } from '../../bench/stalls/write-lock.ts'
import { straceObstacle } from '../../fault/harness/strace.ts'

// Only the command's figures mean something; what is asked here is an order of magnitude away from what a busy machine does, and
// one that was busy with other things is asked again.
const PATIENCE = { timeout: 120_000, retry: 2 }

describe('while a locker holds the write lock', () => {
  const holds = { holds: [2_000] }

  it('reads are answered and submits wait for it; a build whose reads take the lock is seen to stand still', {
    ...PATIENCE,
  }, async () => {
    const control = await runWriteLock({ ...holds, preload: [READS_LOCK] })
    const real = await runWriteLock(holds)
    expect(latencies(control.rounds, 'status').beside.max).toBeGreaterThan(1_700)
    const heldUp = latencies(control.rounds, 'status').beside.max
    for (const request of ['health', 'status'] as const) expect(latencies(real.rounds, request).beside.p50).toBeLessThan(heldUp / 4)
    expect(real.landed).toBe(1)
    expect(real.verdict.faults).toEqual([])
  })
})

const obstacle = straceObstacle()
const mustRun = process.env.CI === 'true'
if (obstacle !== null && !mustRun) console.warn(`SKIPPED: slow fsyncs need strace: ${obstacle}`)

describe.skipIf(obstacle !== null && !mustRun)('while every fsync takes 50 ms more', () => {
  const slow = { delayMs: 50, rounds: 1, slices: 3 }

  it('only submits wait for it; a build whose reads take the write lock is seen to wait, too', PATIENCE, async () => {
    // One after the other: two pairs of traced services at once hold each other up.
    const control = await runSlowFsync({ ...slow, preload: [READS_LOCK] })
    const real = await runSlowFsync(slow)
    const heldUp = latencies(control.rounds, 'status').beside.p50
    expect(heldUp).toBeGreaterThan(25)
    expect(latencies(real.rounds, 'status').beside.p50).toBeLessThan(heldUp / 2)
    expect(latencies(real.rounds, 'submit').beside.p50).toBeGreaterThan(50)
    expect(real.verdict.faults).toEqual([])
  })
})

describe('a purge', () => {
  const old = { rows: 9_000, retention: '20s', rounds: 1, slices: 1 }

  it('comes in small commits between those of clients; a build that takes all at once is seen', PATIENCE, async () => {
    const [control, real] = await Promise.all([runPurge({ ...old, preload: [PURGE_AT_ONCE] }), runPurge(old)])
    expect(control.commits.beside.largest).toBeGreaterThan(1_000)
    expect(real.commits.beside.largest).toBeLessThanOrEqual(100)
    expect(real.purgedInRounds).toBeGreaterThan(0)
    expect(real.verdict.faults).toEqual([])
  })
})

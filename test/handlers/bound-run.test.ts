import { describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../src/domain/job-outcome.ts'
import { boundRun } from '../../src/handlers/bound-run.ts'
import { GRACE_MS, StopRun } from '../../src/ports/executor.ts'
import { settle, testClock } from '../support/clock.ts'

const LIMIT_MS = 3_000

/** A run that never ends by itself, and what has become of it. */
function deafRun() {
  const clock = testClock()
  const abort = new AbortController()
  let outcome: RunOutcome | null = null
  const limit = (expire: () => void) => clock.deadline(LIMIT_MS, expire)
  void boundRun({ clock, signal: abort.signal, limit }, () => new Promise(() => {})).then((ended) => (outcome = ended))
  return { clock, abort, outcome: () => outcome }
}

describe('a run whose handler does not listen', () => {
  it('is a timeout one grace after its limit', async () => {
    const { clock, outcome } = deafRun()
    await clock.push(LIMIT_MS + GRACE_MS - 1)
    expect(outcome()).toBeNull()
    await clock.push(1)
    expect(outcome()).toEqual({ kind: 'timeout' })
  })

  it('ends one grace after it was told to stop, though its limit comes meanwhile', async () => {
    const { clock, abort, outcome } = deafRun()
    abort.abort(new StopRun('cancel', GRACE_MS))
    await clock.push(GRACE_MS)
    await settle()
    expect(outcome()).not.toBeNull()
  })

  it('ends one grace after its limit, though it is told to stop meanwhile', async () => {
    const { clock, abort, outcome } = deafRun()
    await clock.push(LIMIT_MS + 1_000)
    abort.abort(new StopRun('cancel', GRACE_MS))
    await clock.push(GRACE_MS - 1_000)
    expect(outcome()).toEqual({ kind: 'timeout' })
  })

  it('ends sooner when a later reason to stop leaves it less', async () => {
    const { clock, abort, outcome } = deafRun()
    await clock.push(LIMIT_MS)
    abort.abort(new StopRun('shutdown', 500))
    await clock.push(500)
    expect(outcome()).toEqual({ kind: 'timeout' })
  })
})

import { describe, expect, it } from 'vitest'
import { runControl, runFuzz } from './fuzz.ts'

const { CI, SCHEMATHESIS } = process.env
const SEED = 7

describe('schemathesis', () => {
  // `.ci/run` brings it; elsewhere it is there for those who set the variable.
  const without = CI === 'true' ? null : 'NOT RUN: set SCHEMATHESIS to the program (pip install -r fault/fuzz/requirements.txt)'
  const program = SCHEMATHESIS ?? 'schemathesis'

  it('finds every operation reached, and none that breaks the OpenAPI document', { timeout: 300_000 }, async (context) => {
    if (SCHEMATHESIS === undefined && without !== null) context.skip(without)
    expect((await runFuzz({ program, seed: SEED, casesEach: 20, phases: 'fuzzing' })).faults).toEqual([])
  })

  it('sees a build whose answers lack a member', { timeout: 300_000 }, async (context) => {
    if (SCHEMATHESIS === undefined && without !== null) context.skip(without)
    expect(await runControl(program, SEED)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { runControl, runFuzz } from './fuzz.ts'
import { judge } from './verdict.ts'

const { CI, SCHEMATHESIS } = process.env
const SEED = 7

describe('schemathesis', () => {
  // `.ci/run` brings it; elsewhere it is there for those who set the variable.
  const without = CI === 'true' ? null : 'NOT RUN: set SCHEMATHESIS to the program (pip install -r fault/fuzz/requirements.txt)'
  const program = SCHEMATHESIS ?? 'schemathesis'

  it('finds every operation reached, and none that breaks the OpenAPI document', { timeout: 120_000 }, async (context) => {
    if (SCHEMATHESIS === undefined && without !== null) context.skip(without)
    expect((await runFuzz({ program, seed: SEED, casesEach: 20, phases: 'fuzzing' })).faults).toEqual([])
  })

  it('sees a build whose answers lack a member', { timeout: 120_000 }, async (context) => {
    if (SCHEMATHESIS === undefined && without !== null) context.skip(without)
    expect(await runControl(program, SEED)).toBe(true)
  })
})

describe('the verdict on a fuzz run', () => {
  const operation = 'GET /v1/jobs'
  const faultsOf = (statuses: Record<string, number>, logs: string[] = []) =>
    judge({ answers: { [operation]: statuses, 'PUT /v1/jobs': { 405: 100 } }, logs }, [operation]).faults

  it('holds when a fifth of an operation’s cases get past validation', () => {
    expect(faultsOf({ 200: 2, 202: 3, 422: 20 })).toEqual([])
  })

  it('does not hold when fewer do, or none were made', () => {
    expect(faultsOf({ 200: 4, 422: 21 })).toHaveLength(1)
    expect(faultsOf({})).toHaveLength(1)
  })

  it('does not hold after an answer of 5xx, or when schemathesis found anything', () => {
    expect(faultsOf({ 200: 99, 503: 1 })).toHaveLength(1)
    expect(faultsOf({ 200: 99 }, ['Response violates schema'])).toHaveLength(1)
  })
})

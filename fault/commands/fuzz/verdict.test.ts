import { describe, expect, it } from 'vitest'
import { verdictOf } from './verdict.ts'

describe('the verdict on a fuzz run', () => {
  const operation = 'GET /v1/jobs'
  const faultsOf = (statuses: Record<string, number>, logs: string[] = []) =>
    verdictOf({ answers: { [operation]: statuses, 'PUT /v1/jobs': { 405: 100 } }, logs }, [operation]).faults

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

import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/domain/errors.ts'
import { preferenceApplied, readPrefer, waitSeconds } from '../../src/http/prefer.ts'

describe('readPrefer', () => {
  it.each([
    [null, null, false],
    ['wait=10', 10, false],
    ['respond-async, wait=10', 10, true],
    ['Wait = "10"', 10, false],
    ['wait=10;x=1, handling=lenient', 10, false],
    ['wait=5, wait=9', 5, false],
    ['wait=0', 0, false],
    ['wait=999999999999', 60, false],
    ['return=minimal', null, false],
  ])('reads %j', (header, wait, respondAsync) => {
    expect(readPrefer(header)).toEqual({ wait, respondAsync })
  })

  it.each(['wait', 'wait=-1', 'wait=1.5', 'wait=soon', 'wait='])('refuses %j', (header) => {
    expect(() => readPrefer(header)).toThrow(Refusal)
  })
})

describe('waitSeconds', () => {
  it('names the place of what it refuses', () => {
    expect(() => waitSeconds('x', '?wait')).toThrow(expect.objectContaining({ faults: [expect.objectContaining({ pointer: '?wait' })] }))
  })
})

describe('preferenceApplied', () => {
  it('tells what was applied, after the cut', () => {
    expect(preferenceApplied(readPrefer('respond-async, wait=100'))).toEqual({ 'preference-applied': 'respond-async, wait=60' })
  })

  it('says nothing when nothing was asked for', () => {
    expect(preferenceApplied(readPrefer(null))).toEqual({})
  })
})

import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../src/domain/errors.ts'
import { preferenceApplied, readPrefer, waitSeconds } from '../../src/http/kit/prefer.ts'

describe('readPrefer', () => {
  it.each([
    [null, null, false],
    ['', null, false],
    ['wait=10', 10, false],
    ['respond-async, wait=10', 10, true],
    ['Wait = "10"', 10, false],
    ['wait=10;x=1, handling=lenient', 10, false],
    ['wait=5, wait=9', 5, false],
    ['wait=0', 0, false],
    ['wait=999999999999', 60, false],
    ['return=minimal', null, false],
    ['note="a, wait=5", respond-async', null, true],
    ['note="a \\", wait=5", wait=7', 7, false],
  ])('reads %j', (header, wait, respondAsync) => {
    expect(readPrefer(header)).toEqual({ wait, respondAsync })
  })

  it.each(['wait', 'Wait', 'wait; x=1', 'wait=', 'wait=""', 'respond-async, wait'])(
    'reads a wait without a value as the longest: %j',
    (header) => {
      expect(readPrefer(header).wait).toBe(60)
    },
  )

  it.each(['wait=-1', 'wait=1.5', 'respond-async, wait=soon'])('refuses a wait that is no whole number: %j', (header) => {
    expect(() => readPrefer(header)).toThrow(expect.objectContaining({ faults: [expect.objectContaining({ pointer: 'Prefer' })] }))
  })

  it.each(['wait 5', '=5', 'wait="5', ',,;', 'a b c'])('ignores what is malformed: %j', (header) => {
    expect(readPrefer(header)).toEqual({ wait: null, respondAsync: false })
    expect(readPrefer(`respond-async, ${header}`).respondAsync).toBe(true)
  })
})

describe('waitSeconds', () => {
  it('reads whole seconds, cut to the longest wait', () => {
    expect(['0', '7', '60', '61', '9'.repeat(400)].map((text) => waitSeconds(text, '?wait'))).toEqual([0, 7, 60, 60, 60])
  })

  it.each(['', '-1', '1.5', 'x', '1e3', ' 5'])('refuses %j and names its place', (text) => {
    expect(() => waitSeconds(text, '?wait')).toThrow(ProblemError)
    expect(() => waitSeconds(text, '?wait')).toThrow(expect.objectContaining({ faults: [expect.objectContaining({ pointer: '?wait' })] }))
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

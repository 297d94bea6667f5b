import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError, traceOf } from '../../src/domain/describe-error.ts'

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}

describe('the trace of an error', () => {
  it('says what it was and where it came from', () => {
    const error = Object.assign(new RangeError('too far'), { code: 'ERR_FAR' })
    expect(traceOf(error)).toEqual({
      type: 'RangeError',
      code: 'ERR_FAR',
      stack: expect.stringMatching(/^ {4}at .*describe-error\.test\.ts:/),
    })
  })

  it('holds no word of its message, however that is written', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('canary', '\n', '    at canary (', '$&', '$`', 'Error: '), { minLength: 1 }), (parts) => {
        expect(traceOf(new Error(parts.join(''))).stack).not.toContain('canary')
      }),
    )
  })

  it('holds no word of a message or stack that was changed after the throw', () => {
    const error = new Error('canary\ncanary')
    error.message = 'changed'
    expect(traceOf(error).stack).not.toContain('canary')
    error.stack = 'canary'
    expect(traceOf(error).stack).toBe('')
  })

  it('tells the kind only of what is thrown without being an error', () => {
    expect(traceOf('canary')).toEqual({ type: 'string', stack: '' })
    expect(traceOf({ canary: 1 })).toEqual({ type: 'object', stack: '' })
  })
})

describe('the description of an error', () => {
  it('has its words and its causes, but none of the properties that drag a request along', () => {
    const cause = Object.assign(new Error('socket closed'), { code: 'ECONNRESET', request: { authorization: 'canary' } })
    const description = describeError(Object.assign(new Error('no answer', { cause }), { input: 'http://x/?token=canary' }))
    expect(description).toMatchObject({ type: 'Error', message: 'no answer', cause: { message: 'socket closed', code: 'ECONNRESET' } })
    expect(JSON.stringify(description)).not.toContain('canary')
  })

  it('leaves out words that quote what could not be parsed', () => {
    const quoting = [() => JSON.parse('canary'), () => BigInt('canary')].map(thrownBy)
    for (const error of quoting) {
      expect(String(error)).toContain('canary')
      expect(JSON.stringify(describeError(new Error('outer', { cause: error })))).not.toContain('canary')
    }
  })

  it('ends, also when an error is its own cause', () => {
    const error = new Error('loop')
    error.cause = error
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(10_000)
  })
})

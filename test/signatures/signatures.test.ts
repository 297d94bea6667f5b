import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkRotation, questions } from './check-rotation.ts'
import { askJavaScript, askPython } from './libraries.ts'
import { streamThroughRotation } from './stream.ts'

const { CI, STANDARDWEBHOOKS_PYTHON: PYTHON } = process.env

describe('through a rotation of the secret', () => {
  test('the reference libraries verify every callback, with the old secret until its end and with the new one from its begin', async () => {
    const stream = await streamThroughRotation({ aroundMs: 500, overlapSeconds: 2 })
    const asked = questions(stream)
    const javaScript = askJavaScript(asked)
    expect(checkRotation(stream, javaScript)).toMatchObject({ unverifiable: 0, stale: 0, held: true })
    // `.ci/run` brings the library for Python; elsewhere it is there for those who set the variable.
    if (CI === 'true' || PYTHON) expect(await askPython(PYTHON ?? 'python3', asked)).toEqual(javaScript)
  })
})

describe('the check', () => {
  const before = { secret: 'old', expiresAt: 20_000 }
  const after = { secret: 'new', rotatedAt: 10_000 }
  const message = (arrivedAt: number) => ({
    id: 'evt_1',
    timestamp: String(Math.floor(arrivedAt / 1000)),
    signature: '',
    body: '{}',
    arrivedAt,
  })
  const OLD = [true, false]
  const BOTH = [true, true]
  const NEW = [false, true]
  const reportOf = (...seen: [at: number, verified: boolean[]][]) =>
    checkRotation(
      { messages: seen.map(([at]) => message(at)), before, after },
      seen.flatMap(([, verified]) => verified),
    )

  test('holds when each secret verifies for as long as a receiver may have it', () => {
    expect(reportOf([5_000, OLD], [12_000, BOTH], [18_000, BOTH], [25_000, NEW])).toEqual({
      callbacks: 4,
      overlapping: 2,
      unverifiable: 0,
      stale: 0,
      held: true,
    })
  })

  test('does not hold when a callback verifies with neither secret, or with one the receiver does not have', () => {
    expect(reportOf([12_000, BOTH], [5_000, [false, false]]).unverifiable).toBe(1)
    expect(reportOf([12_000, BOTH], [5_000, NEW]).unverifiable).toBe(1)
    expect(reportOf([12_000, BOTH], [25_000, OLD]).unverifiable).toBe(1)
  })

  test('does not hold when the old secret lives on, or when nothing came in the overlap', () => {
    expect(reportOf([12_000, BOTH], [25_000, BOTH])).toMatchObject({ stale: 1, held: false })
    expect(reportOf([5_000, OLD], [25_000, NEW]).held).toBe(false)
  })

  test('counts every callback', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30_000)), (times) => {
        expect(reportOf(...times.map((at): [number, boolean[]] => [at, [false, false]]))).toMatchObject({
          callbacks: times.length,
          unverifiable: times.length,
        })
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { createIntake } from '../../src/http/admission/admission.ts'

const MEBIBYTE = 1024 ** 2
const limits = { maxBody: MEBIBYTE, maxResult: 16 * MEBIBYTE }

/** How many visits of a tenant could hold so much before one was refused. */
function countHeld(hold: () => void): number {
  for (let held = 0; held < 1000; held++) {
    try {
      hold()
    } catch (error) {
      expect(error).toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 })
      return held
    }
  }
  return Number.POSITIVE_INFINITY
}

describe('bodies in memory', () => {
  it('are bounded, and shared by tenants', () => {
    const intake = createIntake(limits)
    expect(countHeld(() => intake.visit('a').holdBody(MEBIBYTE))).toBe(32)
    expect(countHeld(() => intake.visit('b').holdBody(MEBIBYTE))).toBe(16)
  })

  it('are not counted when they are small: slow senders of large ones keep no small one out', () => {
    const intake = createIntake(limits)
    countHeld(() => intake.visit('a').holdBody(MEBIBYTE))
    expect(countHeld(() => intake.visit('a').holdBody(1_000))).toBe(Number.POSITIVE_INFINITY)
  })

  it('count as what they turn out to be, and no more once answered', () => {
    const intake = createIntake(limits)
    const visits = Array.from({ length: 32 }, () => intake.visit('a'))
    for (const visit of visits) visit.holdBody(MEBIBYTE)
    visits[0]?.holdBody(100)
    expect(countHeld(() => intake.visit('a').holdBody(MEBIBYTE))).toBe(1)
    for (const visit of visits) visit.end()
    expect(countHeld(() => intake.visit('a').holdBody(MEBIBYTE))).toBe(31)
  })

  it('can be as large as the largest that is taken, whatever that is', () => {
    const intake = createIntake({ maxBody: 256 * MEBIBYTE, maxResult: 1 })
    expect(countHeld(() => intake.visit('a').holdBody(256 * MEBIBYTE))).toBe(2)
  })
})

it('results that are read are bounded, and shared by tenants, until they have been sent', () => {
  const intake = createIntake(limits)
  const first = intake.visit('a')
  first.holdAnswer(limits.maxResult)
  expect(countHeld(() => intake.visit('a').holdAnswer(limits.maxResult))).toBe(7)
  expect(countHeld(() => intake.visit('b').holdAnswer(limits.maxResult))).toBe(4)
  first.leave()
  expect(first.holdsAnswer).toBe(true)
  expect(countHeld(() => intake.visit('a').holdAnswer(limits.maxResult))).toBe(0)
  first.end()
  expect(first.holdsAnswer).toBe(false)
})

it('requests that write are bounded, and a visit that has left twice has left once', async () => {
  const intake = createIntake(limits)
  const visits = Array.from({ length: 64 }, () => intake.visit('a'))
  await Promise.all(visits.map((visit) => visit.enter()))
  let entered = 0
  for (let n = 0; n < 2; n++) {
    void intake
      .visit('a')
      .enter()
      .then(() => (entered += 1))
  }
  visits[0]?.leave()
  visits[0]?.end()
  await new Promise((resolve) => setImmediate(resolve))
  expect(entered).toBe(1)
})

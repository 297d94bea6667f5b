import { describe, expect, it } from 'vitest'
import { createAdmission } from '../../src/http/admission/admission.ts'

const MEBIBYTE = 1024 ** 2
const limits = { maxBody: MEBIBYTE, maxResult: 16 * MEBIBYTE }

/** How many slots of a tenant could hold so much before one was refused. */
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
    const admission = createAdmission(limits)
    expect(countHeld(() => admission.open('a').reserveBody(MEBIBYTE))).toBe(32)
    expect(countHeld(() => admission.open('b').reserveBody(MEBIBYTE))).toBe(16)
  })

  it('are not counted when they are small: slow senders of large ones keep no small one out', () => {
    const admission = createAdmission(limits)
    countHeld(() => admission.open('a').reserveBody(MEBIBYTE))
    expect(countHeld(() => admission.open('a').reserveBody(1_000))).toBe(Number.POSITIVE_INFINITY)
  })

  it('count as what they turn out to be, and no more once answered', () => {
    const admission = createAdmission(limits)
    const slots = Array.from({ length: 32 }, () => admission.open('a'))
    for (const slot of slots) slot.reserveBody(MEBIBYTE)
    slots[0]?.reserveBody(100)
    expect(countHeld(() => admission.open('a').reserveBody(MEBIBYTE))).toBe(1)
    for (const slot of slots) slot.close()
    expect(countHeld(() => admission.open('a').reserveBody(MEBIBYTE))).toBe(31)
  })

  it('can be as large as the largest that is taken, whatever that is', () => {
    const admission = createAdmission({ maxBody: 256 * MEBIBYTE, maxResult: 1 })
    expect(countHeld(() => admission.open('a').reserveBody(256 * MEBIBYTE))).toBe(2)
  })
})

it('results that are read are bounded, and shared by tenants, until they have been sent', () => {
  const admission = createAdmission(limits)
  const first = admission.open('a')
  first.reserveAnswer(limits.maxResult)
  expect(countHeld(() => admission.open('a').reserveAnswer(limits.maxResult))).toBe(7)
  expect(countHeld(() => admission.open('b').reserveAnswer(limits.maxResult))).toBe(4)
  first.releaseWrite()
  expect(first.holdsAnswer).toBe(true)
  expect(countHeld(() => admission.open('a').reserveAnswer(limits.maxResult))).toBe(0)
  first.close()
  expect(first.holdsAnswer).toBe(false)
})

it('requests that write are bounded, and a write that is released twice is released once', async () => {
  const admission = createAdmission(limits)
  const slots = Array.from({ length: 64 }, () => admission.open('a'))
  await Promise.all(slots.map((slot) => slot.acquireWrite()))
  let acquired = 0
  for (let n = 0; n < 2; n++) {
    void admission
      .open('a')
      .acquireWrite()
      .then(() => (acquired += 1))
  }
  slots[0]?.releaseWrite()
  slots[0]?.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(acquired).toBe(1)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextUnproven, roomForUnproven, shareOf, tenantOfLane } from '../../src/domain/fair-share.ts'

describe('a tenant’s share of the slots', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
    [16, 12],
    [256, 192],
  ])('of %i is %i while there are others, and all of them alone', (slots, share) => {
    expect(shareOf(slots, true)).toBe(share)
    expect(shareOf(slots, false)).toBe(slots)
  })

  it('leaves somebody else a slot wherever there are two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000 }), (slots) => {
        expect(shareOf(slots, true)).toBeGreaterThanOrEqual(1)
        expect(shareOf(slots, true)).toBeLessThan(slots)
      }),
    )
  })

  it('is counted over all lanes whose names begin with the tenant', () => {
    expect(['tnt_a', 'tnt_a https://partner.example'].map(tenantOfLane)).toEqual(['tnt_a', 'tnt_a'])
  })
})

describe('room for requests to unproven destinations', () => {
  it.each([
    [{ slots: 256, shared: true, own: 0, all: 0 }, 96],
    [{ slots: 256, shared: false, own: 28, all: 28 }, 100],
    [{ slots: 256, shared: true, own: 96, all: 96 }, 0],
    [{ slots: 256, shared: true, own: 10, all: 190 }, 2],
    [{ slots: 256, shared: true, own: 0, all: 192 }, 1],
    [{ slots: 1, shared: false, own: 0, all: 0 }, 1],
    [{ slots: 2, shared: true, own: 0, all: 1 }, 1],
  ])('with %o is %i', (use, room) => {
    expect(roomForUnproven(use)).toBe(room)
  })

  it('never fills all of a tenant’s slots, and never keeps a tenant without any from its first', () => {
    const uses = fc.record({
      slots: fc.integer({ min: 2, max: 1_000 }),
      shared: fc.boolean(),
      own: fc.nat({ max: 1_000 }),
      all: fc.nat({ max: 1_000 }),
    })
    fc.assert(
      fc.property(uses, (use) => {
        const room = roomForUnproven(use)
        if (use.own === 0) expect(room).toBeGreaterThanOrEqual(1)
        if (room > 0 && shareOf(use.slots, use.shared) > 1) expect(use.own + room).toBeLessThan(shareOf(use.slots, use.shared))
      }),
    )
  })
})

describe('the next of the lanes that wait for a slot for an unproven destination', () => {
  const waiting = new Map([
    ['open since long', 2],
    ['new', 0],
    ['newer', 0],
    ['failed lately', 1],
    ['open', 2],
  ])

  it.each([
    [0, 'newer'],
    [1, 'open since long'],
    [2, 'newer'],
  ])('in turn %i is %s', (turn, lane) => {
    expect(nextUnproven(waiting, turn)).toBe(lane)
  })

  it('is none when none waits', () => {
    expect([0, 1].map((turn) => nextUnproven(new Map(), turn))).toEqual([undefined, undefined])
  })

  it('is each of them within two turns for every one before it, whoever comes meanwhile', () => {
    const doubts = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(doubts, fc.nat({ max: 1 }), (first, start) => {
        const lanes = new Map(first.map((doubt, n) => [`first ${n}`, doubt]))
        for (let turn = 0; turn < 2 * first.length; turn++) {
          lanes.delete(nextUnproven(lanes, start + turn) ?? '')
          lanes.set(`later ${turn}`, 0)
        }
        expect([...lanes.keys()].filter((lane) => lane.startsWith('first'))).toEqual([])
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roomForUnproven, shareOf, tenantOfLane } from '../../src/domain/fair-share.ts'

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

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonPointer, pointerPath } from '../../src/domain/json-pointer.ts'

it('a pointer names each member of its path, and escapes `~` and `/` in a name', () => {
  expect(jsonPointer([])).toBe('')
  expect(jsonPointer(['tags', 0, 'a/b~c'])).toBe('/tags/0/a~1b~0c')
})

it('the path of a pointer is the one it was made of', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (path) => {
      expect(pointerPath(jsonPointer(path))).toEqual(path)
    }),
  )
})

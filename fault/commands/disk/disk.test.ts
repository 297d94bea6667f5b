import { expect, it } from 'vitest'
import { failuresOf } from './report.ts'

it('a control that was not seen and a row with a fault are each a failure', () => {
  const row = { id: 'D6', name: 'disk full', cases: 1, faults: [], figures: '' }
  expect(failuresOf({ controls: [{ name: 'x', sight: 'seen', says: 'I1' }], rows: [row] })).toEqual([])
  const controls = (['not seen', 'never met'] as const).map((sight) => ({ name: 'x', sight, says: '' }))
  expect(failuresOf({ controls, rows: [{ ...row, faults: ['a fault'] }] })).toHaveLength(3)
})

import { expect, it } from 'vitest'
import { longestWait } from './longest-wait.ts'

it.each([
  ['nothing waited', [], 0],
  ['what began before does not count', [{ due: 0, begun: 90 }], 0],
  ['from the moment on, however long it had waited before', [{ due: 0, begun: 130 }], 30],
  ['from when it is due, when that is later', [{ due: 120, begun: 130 }], 10],
  [
    'between two beginnings',
    [
      { due: 0, begun: 110 },
      { due: 0, begun: 150 },
    ],
    40,
  ],
  [
    'while another was due, though the one that began was not',
    [
      { due: 0, begun: 160 },
      { due: 149, begun: 150 },
    ],
    50,
  ],
  [
    'for ever, when one never began',
    [
      { due: 0, begun: 110 },
      { due: 0, begun: null },
    ],
    Number.POSITIVE_INFINITY,
  ],
])('the longest wait after 100: %s', (_, work, wait) => {
  expect(longestWait(work, 100)).toBe(wait)
})

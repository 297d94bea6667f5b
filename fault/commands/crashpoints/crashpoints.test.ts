import { expect, it } from 'vitest'
import { killedAt } from './point.ts'

it('the name of a draft carries the id that the service will have', () => {
  const [shell, flag, script = ''] = killedAt({ file: 'ringback.db.$$.new', call: 'fsync', nth: 2 }, '/data')
  expect([shell, flag]).toEqual(['sh', '-c'])
  expect(script).toContain('-P "/data/ringback.db.$$.new"')
  expect(script).toContain('inject=fsync:signal=SIGKILL:when=2')
})

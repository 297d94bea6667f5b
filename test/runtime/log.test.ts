import { expect, it } from 'vitest'
import { createLog } from '../../src/runtime/log.ts'

it('tells what an error is, with its cause and frames, beside the fields', () => {
  const lines: string[] = []
  const log = createLog('info', { write: (line) => void lines.push(line) })
  log.debug({}, 'below the level')
  log.warn({ lane: 'a' }, 'a turn failed', new TypeError('no such thing', { cause: new Error('the disk') }))
  log.info({}, 'went on')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      level: 40,
      lane: 'a',
      msg: 'a turn failed',
      error: { type: 'TypeError', message: 'no such thing', stack: expect.stringContaining('log.test.ts'), cause: { message: 'the disk' } },
    },
    { level: 30, msg: 'went on' },
  ])
})

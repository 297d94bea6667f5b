import { expect, it } from 'vitest'
import { createLogStream } from '../../src/runtime/log-stream.ts'

/** Standard output whose reader takes what it is told to. */
function aTarget() {
  const written: string[] = []
  const whenRead: (() => void)[] = []
  return {
    written,
    writableLength: 0,
    write(text: string, done?: () => void) {
      written.push(text)
      if (done) whenRead.push(done)
    },
    readAll() {
      for (const done of whenRead.splice(0)) done()
    },
  }
}

it('drops lines while 4 MiB wait to be read, and says how many once there is room', () => {
  const target = aTarget()
  const log = createLogStream(target, () => 1_700_000_000_000)
  log.write('first\n')
  target.writableLength = 4 * 1024 * 1024 + 1
  log.write('second\n')
  log.write('third\n')
  target.writableLength = 0
  log.write('fourth\n')
  log.write('fifth\n')
  expect(target.written).toHaveLength(4)
  const [first, told = '', ...rest] = target.written
  expect([first, ...rest]).toEqual(['first\n', 'fourth\n', 'fifth\n'])
  expect(JSON.parse(told)).toMatchObject({ level: 40, time: 1_700_000_000_000, lines: 2 })
})

it('waits at the end for what is being read, and no longer than it may', async () => {
  const target = aTarget()
  const log = createLogStream(target, () => 0)
  await log.flush(60_000)
  target.writableLength = 10
  const flushed = log.flush(60_000)
  target.readAll()
  await flushed
  await log.flush(1)
})

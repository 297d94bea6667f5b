import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { removeFolder, tempFolder } from '../../test/support/service.ts'
import { fileOf, type Moment, readTrace, stringsOf } from './strace-log.ts'

async function read(lines: string): Promise<Moment[]> {
  const folder = await tempFolder()
  onTestFinished(() => removeFolder(folder))
  await writeFile(join(folder, 'log'), lines)
  const moments: Moment[] = []
  for await (const moment of readTrace(join(folder, 'log'))) moments.push(moment)
  return moments
}

it('a call that another thread interrupts is entered before and left after what that one does', async () => {
  const moments = await read(
    [
      '12   fsync(29</data/log> <unfinished ...>',
      '7    unlink("/data/draft") = 0',
      '12   <... fsync resumed>)              = 0',
      '7    +++ exited with 0 +++',
      '7    mkdir("/data", 0777) = -1 EEXIST (File exists)',
    ].join('\n'),
  )
  expect(moments.map(({ phase, call, at }) => `${at} ${phase} ${call}`)).toEqual([
    '1 enter fsync',
    '2 enter unlink',
    '2 leave unlink',
    '3 leave fsync',
    '5 enter mkdir',
    '5 leave mkdir',
  ])
  expect(moments[3]).toMatchObject({ enteredAt: 1, result: 0 })
  expect(moments[5]).toMatchObject({ result: -1 })
})

it('strings are the bytes that strace escaped, and a descriptor tells its file', () => {
  const args = String.raw`29</data/log>, "a\"b\\\n\0\00012\377z", 9, 4096`
  expect(fileOf(args)).toBe('/data/log')
  expect(stringsOf(args)).toEqual([Buffer.from([0x61, 0x22, 0x62, 0x5c, 0x0a, 0, 0, 0x31, 0x32, 0xff, 0x7a])])
  expect(fileOf('AT_FDCWD</work>, "/data", O_RDONLY')).toBeNull()
})

it('a string that strace has cut short is refused', () => {
  expect(() => stringsOf('29</data/log>, "abc"..., 4096, 0')).toThrow('not complete')
})

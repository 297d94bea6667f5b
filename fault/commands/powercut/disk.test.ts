import { describe, expect, it } from 'vitest'
import { createRng } from '../../harness/rng.ts'
import { createDisk, type Disk, type Image } from './disk.ts'

const NOTHING = { keep: 'nothing' } as const
const text = (image: Image) => Object.fromEntries([...image].map(([name, content]) => [name, content.toString()]))

/** A folder that is safe itself, and a time for each step. */
function folder(): { disk: Disk; write: (name: string, bytes: string, offset?: number) => void; tick: () => number } {
  const disk = createDisk()
  let time = 0
  const tick = () => ++time
  disk.sync('parent', tick())
  const write = (name: string, bytes: string, offset?: number) =>
    disk.apply({ do: 'write', name, bytes: Buffer.from(bytes), ...(offset === undefined ? {} : { offset }) }, tick())
  return { disk, write, tick }
}

describe('a power cut', () => {
  it('takes a file whose name was not synced, however safe its content', () => {
    const { disk, write, tick } = folder()
    disk.apply({ do: 'create', name: 'log', empty: false }, tick())
    write('log', 'one')
    disk.sync({ file: 'log' }, tick())
    expect(text(disk.cut(NOTHING))).toEqual({})
    disk.sync('folder', tick())
    expect(text(disk.cut(NOTHING))).toEqual({ log: 'one' })
  })

  it('takes a folder whose own name was not synced, with all that is in it', () => {
    const disk = createDisk()
    disk.apply({ do: 'create', name: 'log', empty: false }, 2)
    disk.sync('folder', 3)
    expect(disk.cut(NOTHING).size).toBe(0)
  })

  it('leaves what an fsync made safe, and takes what was written after the fsync began', () => {
    const { disk, write, tick } = folder()
    disk.apply({ do: 'create', name: 'log', empty: false }, tick())
    disk.sync('folder', tick())
    write('log', 'one')
    const began = tick()
    write('log', 'two')
    disk.sync({ file: 'log' }, began)
    expect(text(disk.cut(NOTHING))).toEqual({ log: 'one' })
    expect(text(disk.cut({ keep: 'torn', bytes: 99 }))).toEqual({ log: 'onetwo' })
  })

  it('may tear the last write', () => {
    const { disk, write, tick } = folder()
    disk.apply({ do: 'create', name: 'log', empty: false }, tick())
    write('log', 'abcdef')
    write('log', 'UVWXYZ', 2)
    expect(disk.lastWriteSize()).toBe(6)
    expect(text(disk.cut({ keep: 'torn', bytes: 3 }))).toEqual({ log: 'abUVWf' })
  })

  it('may keep a later write without an earlier one: the gap reads as zeros', () => {
    const found = new Set<string>()
    for (let seed = 0; seed < 64; seed += 1) {
      const { disk, write, tick } = folder()
      disk.apply({ do: 'create', name: 'log', empty: false }, tick())
      disk.sync('folder', tick())
      write('log', 'A', 0)
      write('log', 'B', 1)
      found.add(
        disk
          .cut({ keep: 'some', rng: createRng(seed) })
          .get('log')
          ?.toString() ?? '',
      )
    }
    expect(found).toEqual(new Set(['', 'A', '\0B', 'AB']))
  })

  it('leaves a moved file under its old name until the folder is synced, a removed one too', () => {
    const { disk, write, tick } = folder()
    disk.apply({ do: 'create', name: 'draft', empty: false }, tick())
    disk.apply({ do: 'create', name: 'old', empty: false }, tick())
    write('draft', 'x')
    disk.sync({ file: 'draft' }, tick())
    disk.sync('folder', tick())
    disk.apply({ do: 'rename', from: 'draft', to: 'name' }, tick())
    disk.apply({ do: 'unlink', name: 'old' }, tick())
    expect(text(disk.cut(NOTHING))).toEqual({ draft: 'x', old: '' })
    expect(disk.isAllSafe()).toBe(false)
    disk.sync('folder', tick())
    expect(text(disk.cut(NOTHING))).toEqual({ name: 'x' })
    expect(disk.isAllSafe()).toBe(true)
  })

  it('cannot part the two names of one file', () => {
    const { disk, write, tick } = folder()
    disk.apply({ do: 'create', name: 'draft', empty: false }, tick())
    disk.apply({ do: 'link', from: 'draft', to: 'name' }, tick())
    disk.sync('folder', tick())
    write('draft', 'x')
    disk.sync({ file: 'name' }, tick())
    expect(text(disk.cut(NOTHING))).toEqual({ draft: 'x', name: 'x' })
  })

  it('leaves a shortened file as long as it was until it is synced', () => {
    const { disk, write, tick } = folder()
    disk.apply({ do: 'create', name: 'log', empty: false }, tick())
    write('log', 'abcdef')
    disk.sync({ file: 'log' }, tick())
    disk.sync('folder', tick())
    disk.apply({ do: 'truncate', name: 'log', size: 2 }, tick())
    expect(text(disk.cut(NOTHING))).toEqual({ log: 'abcdef' })
    disk.sync({ file: 'log' }, tick())
    expect(text(disk.cut(NOTHING))).toEqual({ log: 'ab' })
  })
})

it('a file that is made again is empty, and was not until that is synced', () => {
  const { disk, write, tick } = folder()
  disk.apply({ do: 'create', name: 'pid', empty: false }, tick())
  write('pid', '12')
  disk.sync({ file: 'pid' }, tick())
  disk.sync('folder', tick())
  disk.apply({ do: 'create', name: 'pid', empty: true }, tick())
  write('pid', '7')
  expect(text(disk.cut(NOTHING))).toEqual({ pid: '12' })
  disk.sync({ file: 'pid' }, tick())
  expect(text(disk.cut(NOTHING))).toEqual({ pid: '7' })
})

it('a change of a file that nobody made is a trace that cannot be trusted', () => {
  expect(() => createDisk().apply({ do: 'truncate', name: 'log', size: 0 }, 1)).toThrow('nobody made')
})

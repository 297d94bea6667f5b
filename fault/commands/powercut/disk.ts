/**
 * A folder on a disk whose power may fail, by the letter of POSIX: what was written to a file is safe once fsync(2) of that file has
 * returned, and a name (made, moved or removed) once fsync of the folder has; until then any part of it may be there or not. Pure.
 */
import type { Rng } from '../../harness/rng.ts'

export type Change =
  /** `empty`: one that is there loses its content. */
  | { do: 'create'; name: string; empty: boolean }
  | { do: 'link' | 'rename'; from: string; to: string }
  | { do: 'unlink'; name: string }
  /** Without an offset: at the end. */
  | { do: 'write'; name: string; bytes: Buffer; offset?: number }
  | { do: 'truncate'; name: string; size: number }

/** What an fsync makes safe: a file's content, the names in the folder, or the folder's own name. */
export type Sync = { file: string } | 'folder' | 'parent'

/** How much of what is not safe yet is found when the power is back. */
export type Cut =
  | { keep: 'nothing' }
  /** Each write and each name or not, as the rng fall. */
  | { keep: 'some'; rng: Rng }
  /** Everything, but of the last write only so many bytes. */
  | { keep: 'torn'; bytes: number }

/** The files of the folder by name. */
export type Image = Map<string, Buffer>

export interface Disk {
  /** `time` only ever grows. Throws for a file that nobody made. */
  apply(change: Change, time: number): void
  /** An fsync that began at `time` has returned. */
  sync(what: Sync, time: number): void
  isAllSafe(): boolean
  /** Bytes of the last write while it is not safe, else 0. */
  lastWriteSize(): number
  /** What is left when the power fails now. */
  cut(how: Cut): Image
}

type Write = { time: number } & ({ offset: number; bytes: Buffer } | { cutTo: number })

interface File {
  safe: Buffer
  /** Oldest first. */
  unsafe: Write[]
}

/** `name` is given to `file`, or to none; in the same step `from` loses it. */
interface Naming {
  time: number
  name: string
  file: File | null
  from: string | null
}

/** A folder just made: nothing is in it, and its own name is not safe yet. */
export function createDisk(): Disk {
  const names = new Map<string, File>()
  let safeNames = new Map<string, File>()
  let unsafeNames: Naming[] = []
  let isFolderSafe = false
  let last: { file: File; write: Write } | null = null

  const fileOf = (name: string): File => {
    const file = names.get(name)
    if (file === undefined) throw new Error(`the trace has a change of ${name}, which nobody made`)
    return file
  }
  const give = (naming: Naming): void => {
    applyNaming(names, naming)
    unsafeNames.push(naming)
  }
  const write = (file: File, one: Write): void => {
    file.unsafe.push(one)
    last = { file, write: one }
  }

  return {
    apply(change, time) {
      switch (change.do) {
        case 'create':
          if (names.has(change.name)) {
            if (change.empty) write(fileOf(change.name), { time, cutTo: 0 })
            return
          }
          give({ time, name: change.name, file: { safe: Buffer.alloc(0), unsafe: [] }, from: null })
          return
        case 'link':
          return give({ time, name: change.to, file: fileOf(change.from), from: null })
        case 'rename':
          return give({ time, name: change.to, file: fileOf(change.from), from: change.from })
        case 'unlink':
          return give({ time, name: change.name, file: null, from: null })
        case 'write': {
          const file = fileOf(change.name)
          return write(file, { time, bytes: change.bytes, offset: change.offset ?? contentOf(file, file.unsafe).length })
        }
        case 'truncate':
          return write(fileOf(change.name), { time, cutTo: change.size })
        default:
          change satisfies never
      }
    },
    sync(what, time) {
      if (what === 'parent') {
        isFolderSafe = true
      } else if (what === 'folder') {
        safeNames = named(
          safeNames,
          unsafeNames.filter((one) => one.time < time),
        )
        unsafeNames = unsafeNames.filter((one) => one.time >= time)
      } else {
        const file = fileOf(what.file)
        file.safe = contentOf(
          file,
          file.unsafe.filter((one) => one.time < time),
        )
        file.unsafe = file.unsafe.filter((one) => one.time >= time)
      }
    },
    isAllSafe: () => isFolderSafe && unsafeNames.length === 0 && [...names.values()].every((file) => file.unsafe.length === 0),
    lastWriteSize: () => (last?.file.unsafe.includes(last.write) && 'bytes' in last.write ? last.write.bytes.length : 0),
    cut(how) {
      if (how.keep === 'nothing') return isFolderSafe ? imageOf(safeNames, () => []) : new Map()
      if (how.keep === 'torn') {
        const tear = (one: Write) => (one === last?.write && 'bytes' in one ? { ...one, bytes: one.bytes.subarray(0, how.bytes) } : one)
        return imageOf(names, (file) => file.unsafe.map(tear))
      }
      const some = <T>(list: readonly T[]) => list.filter(() => how.rng.next() < 0.5)
      if (!isFolderSafe && how.rng.next() < 0.5) return new Map()
      return imageOf(named(safeNames, some(unsafeNames)), (file) => some(file.unsafe))
    },
  }
}

function applyNaming(names: Map<string, File>, { name, file, from }: Naming): void {
  if (from !== null) names.delete(from)
  if (file === null) names.delete(name)
  else names.set(name, file)
}

function named(names: Map<string, File>, changes: readonly Naming[]): Map<string, File> {
  const result = new Map(names)
  for (const change of changes) applyNaming(result, change)
  return result
}

/** A file with two names is one file, so it has the same content under both. */
function imageOf(names: Map<string, File>, writesOf: (file: File) => readonly Write[]): Image {
  const contents = new Map([...new Set(names.values())].map((file) => [file, contentOf(file, writesOf(file))]))
  return new Map([...names].map(([name, file]) => [name, contents.get(file) ?? file.safe]))
}

function contentOf(file: File, writes: readonly Write[]): Buffer {
  if (writes.length === 0) return file.safe
  const ends = writes.map((write) => ('cutTo' in write ? write.cutTo : write.offset + write.bytes.length))
  const content = Buffer.alloc(Math.max(file.safe.length, ...ends))
  let size = file.safe.copy(content)
  for (const write of writes) {
    if ('cutTo' in write) {
      content.fill(0, write.cutTo)
      size = write.cutTo
    } else {
      write.bytes.copy(content, write.offset)
      size = Math.max(size, write.offset + write.bytes.length)
    }
  }
  return content.subarray(0, size)
}

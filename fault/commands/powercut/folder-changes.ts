/** Which system calls change the data folder, and how. */
import { basename, dirname } from 'node:path'
import { fileOf, type Moment, stringsOf } from '../../harness/strace-log.ts'
import type { Change, Sync } from './disk.ts'

/** Everything that SQLite and Node change files with here, and how their answers leave: what must be traced. */
export const FILE_CALLS = ['pwrite64', 'write', 'ftruncate', 'openat', 'mkdir', 'link', 'rename', 'unlink', 'fsync', 'fdatasync'] as const
/** Others that could change a file. The replay knows nothing of them, so it must not meet one. */
export const FOREIGN_CALLS = [
  'pwritev',
  'pwritev2',
  'truncate',
  'fallocate',
  'copy_file_range',
  'sendfile',
  'renameat',
  'renameat2',
  'linkat',
  'unlinkat',
  'mkdirat',
  'sync_file_range',
] as const

type Left = Extract<Moment, { phase: 'leave' }>

/** Memory that the processes of a database share. No crash leaves it behind. */
const isMemory = (path: string) => path.endsWith('-shm')

/** What a call that has returned did to the folder `dataDir`; null when it did nothing to it. Throws for a call we cannot follow. */
export function changeOf({ call, args, result }: Left, dataDir: string): Change | null {
  if (result < 0) return null
  const inside = (path: string | undefined) => (path !== undefined && dirname(path) === dataDir && !isMemory(path) ? basename(path) : null)
  const open = inside(fileOf(args) ?? undefined)
  switch (call) {
    case 'openat': {
      const name = inside(text(args, 0))
      if (name === null || !args.includes('O_CREAT')) return null
      return { do: 'create', name, empty: args.includes('O_TRUNC') }
    }
    case 'write':
    case 'pwrite64': {
      if (open === null) return null
      const [bytes = Buffer.alloc(0)] = stringsOf(args)
      const offset = call === 'pwrite64' ? { offset: lastNumber(args) } : {}
      return { do: 'write', name: open, bytes: bytes.subarray(0, result), ...offset }
    }
    case 'ftruncate':
      return open === null ? null : { do: 'truncate', name: open, size: lastNumber(args) }
    case 'unlink': {
      const name = inside(text(args, 0))
      return name === null ? null : { do: 'unlink', name }
    }
    case 'link':
    case 'rename': {
      const [from, to] = [inside(text(args, 0)), inside(text(args, 1))]
      return from === null || to === null ? null : { do: call, from, to }
    }
    default:
      if (FOREIGN_CALLS.some((foreign) => foreign === call) && args.includes(dataDir))
        throw new Error(`the replay cannot follow ${call}(${args})`)
      return null
  }
}

/** What an fsync that has returned made safe; null for any other call and any other file. */
export function syncOf({ call, args, result }: Left, dataDir: string): Sync | null {
  if ((call !== 'fsync' && call !== 'fdatasync') || result < 0) return null
  const path = fileOf(args)
  if (path === dataDir) return 'folder'
  if (path === dirname(dataDir)) return 'parent'
  return path !== null && dirname(path) === dataDir && !isMemory(path) ? { file: basename(path) } : null
}

function text(args: string, index: number): string | undefined {
  return stringsOf(args)[index]?.toString()
}

function lastNumber(args: string): number {
  return Number(/(\d+)$/.exec(args)?.[1])
}

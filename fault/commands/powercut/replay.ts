/** Plays a trace again on the disk that may fail, and stops at every fsync. */
import type { Rng } from '../../harness/rng.ts'
import { traced } from '../../harness/strace.ts'
import { readTrace } from '../../harness/strace-log.ts'
import { type Claims, createClaims, SOCKET_CALLS } from './claims.ts'
import { createDisk, type Image } from './disk.ts'
import { changeOf, FILE_CALLS, FOREIGN_CALLS, syncOf } from './folder-changes.ts'
import { createWalFigures, type WalFigures } from './wal-figures.ts'

/** Longest string that strace prints whole: more than the largest body. */
const LONGEST = 32 * 1024 * 1024
/** Where the last write ends that is not safe: after a sector, or after a page, the longest that SQLite writes. */
const SECTOR = 512
const PAGE = 4096

/** What is found when the power fails at one moment. */
export interface Crash {
  /** How much of what was not safe is there. */
  kind: 'dropped' | 'reordered' | 'torn at 512' | 'torn at 4096'
  files: Image
  /** The jobs told of until then: see `Claims`. */
  told: ReadonlyMap<string, string | null>
}

export interface Replay {
  claims: Claims
  wal: WalFigures
  /** Every crash in the order of time: at the return of each fsync, before it made anything safe, and after the last call. */
  crashes(): AsyncGenerator<Crash>
}

/** A command for `ServiceOptions.under` that writes the trace a replay needs. */
export function tracedForReplay(output: string): string[] {
  const calls = [...new Set([...FILE_CALLS, ...FOREIGN_CALLS, ...SOCKET_CALLS])]
  return [...traced(calls, undefined, output), '-y', '-s', String(LONGEST)]
}

export function replay(trace: string, dataDir: string, rng: Rng): Replay {
  const disk = createDisk()
  const claims = createClaims()
  const wal = createWalFigures()

  function* cuts(): Generator<Crash> {
    const told = new Map(claims.jobs)
    yield { kind: 'dropped', files: disk.cut({ keep: 'nothing' }), told }
    if (disk.isAllSafe()) return
    yield { kind: 'reordered', files: disk.cut({ keep: 'some', rng }), told }
    if (disk.lastWriteSize() > SECTOR) yield { kind: 'torn at 512', files: disk.cut({ keep: 'torn', bytes: SECTOR }), told }
    yield { kind: 'torn at 4096', files: disk.cut({ keep: 'torn', bytes: PAGE }), told }
  }

  return {
    claims,
    wal,
    async *crashes() {
      for await (const moment of readTrace(trace)) {
        claims.hear(moment)
        if (moment.phase === 'enter') continue
        const change = changeOf(moment, dataDir)
        if (change !== null) {
          disk.apply(change, moment.at)
          wal.change(change)
        }
        const sync = syncOf(moment, dataDir)
        if (sync === null) continue
        yield* cuts()
        disk.sync(sync, moment.enteredAt)
        wal.sync(sync)
      }
      yield* cuts()
    },
  }
}

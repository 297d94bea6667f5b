/** A file system in memory that holds so much and no more, in a namespace of its own: it is gone with the last process in it. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { spawnChild } from './spawn-child.ts'

export interface SmallSpace {
  /** Put before a command, it runs where the file system is. */
  readonly under: readonly string[]
  /** Takes all that is left of it. */
  fill(): Promise<void>
  /** Gives that back. */
  free(): Promise<void>
  close(): void
}

const PIECE = Buffer.alloc(64 * 1024)

/** @param owner the user whose folder `path` is to be; needs root */
export async function makeSmallSpace(path: string, megabytes: number, owner: { uid: number; gid: number }): Promise<SmallSpace> {
  const options = `size=${megabytes}m,uid=${owner.uid},gid=${owner.gid},mode=700`
  const script = `mount -t tmpfs -o ${options} small "$0" && echo ready && exec sleep infinity`
  const child = spawnChild('unshare', ['--mount', 'sh', '-c', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), once(child, 'exit')])
  if (line !== 'ready') throw new Error('no file system could be mounted: this needs root on Linux')
  const ballast = `/proc/${child.pid}/root${join(path, 'ballast')}`
  return {
    under: [
      'nsenter',
      '--target',
      String(child.pid),
      '--mount',
      'setpriv',
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      '--clear-groups',
    ],
    async fill() {
      const endless = Readable.from(
        (function* () {
          for (;;) yield PIECE
        })(),
      )
      await pipeline(endless, createWriteStream(ballast)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error
      })
    },
    free: () => rm(ballast, { force: true }),
    close: () => void child.kill('SIGKILL'),
  }
}

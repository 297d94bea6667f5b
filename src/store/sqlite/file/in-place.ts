import { statSync } from 'node:fs'

/**
 * Whether files still lie where they were opened. A file that was deleted, moved or replaced under a service goes on
 * being written by it, and is gone with its last reader: nothing may be acknowledged from then on.
 *
 * @param paths those that do not exist yet are left out
 * @returns looks (a few microseconds a file), and answers the first that is not in its place; null when all are
 */
export function inPlace(paths: readonly string[]): () => string | null {
  const opened = paths.flatMap((path) => {
    const identity = identityOf(path)
    return identity === null ? [] : [{ path, identity }]
  })
  return () => opened.find(({ path, identity }) => identityOf(path) !== identity)?.path ?? null
}

/** By its place on the disk: also a copy of a file is another one. */
function identityOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`
}

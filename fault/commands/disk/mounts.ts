/** Inside the namespace of the `disk` command: file systems of our own, which nobody else sees. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** A file system in memory that holds so much and no more. */
export function mountSmall(path: string, megabytes: number): void {
  mkdirSync(path, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'small', path])
}

/** The folder as it is, but nothing in it can be changed. */
export function mountReadOnly(path: string): void {
  execFileSync('mount', ['--bind', path, path])
  execFileSync('mount', ['-o', 'remount,ro,bind', path])
}

/** Also while files in it are open: those who have them keep them. */
export function unmount(path: string): void {
  execFileSync('umount', ['--lazy', path])
}

/** Debian's libfaketime: the wall clock of a process follows a file, its monotonic clock is left alone. */
import { existsSync, renameSync, writeFileSync } from 'node:fs'

/** The machine's name as Debian's folders have it. */
const MACHINE = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch
const LIBRARY = `/usr/lib/${MACHINE}-linux-gnu/faketime/libfaketimeMT.so.1`

/** Why no clock can be set here; null when one can. */
export function fakeTimeObstacle(): string | null {
  return existsSync(LIBRARY) ? null : `there is no ${LIBRARY} (Debian package: libfaketime)`
}

/** For `ServiceOptions.under`: the process reads its time by `file`. */
export function underFakeTime(file: string): string[] {
  const settings = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  }
  return ['env', ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)]
}

/** Sets the clock so far from the machine's own, milliseconds; at once, also for a process that runs. */
export function setClock(file: string, offsetMs: number): void {
  writeFileSync(`${file}.new`, `${offsetMs < 0 ? '' : '+'}${offsetMs / 1000}\n`)
  renameSync(`${file}.new`, file)
}

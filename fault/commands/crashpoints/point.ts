/** The moments at which a service can be killed: when one of its threads enters a call that changes or syncs a file of the data folder. */
import { basename, dirname, join } from 'node:path'
import { fileOf, readTrace, stringsOf } from '../../harness/strace-log.ts'

/** The `nth` `call` on `file`. Of a name that carries the process id, `$$` stands in its place; `.` is the folder itself. */
export interface Point {
  file: string
  call: string
  nth: number
}

const CALLS = ['pwrite64', 'write', 'ftruncate', 'mkdir', 'link', 'rename', 'unlink', 'fsync', 'fdatasync']

/**
 * For `ServiceOptions.under`: SIGKILL at that point, before the call has done anything. Without `--seccomp-bpf`, under which strace
 * loses the signal. strace counts calls by thread and by name, and here only those on the file: each file has one thread that writes it.
 */
export function killedAt({ file, call, nth }: Point, dataDir: string): string[] {
  const strace = 'exec strace -D -f -qqq -o /dev/null -e signal=none'
  return ['sh', '-c', `${strace} -e trace=${call} -e inject=${call}:signal=SIGKILL:when=${nth} -P "${join(dataDir, file)}" "$@"`, 'sh']
}

/** Every point of a traced life of the process `pid`, in the order of time. The trace must show descriptors (`-y`). */
export async function pointsOf(trace: string, dataDir: string, pid: number): Promise<Point[]> {
  const counts = new Map<string, number>()
  const points: Point[] = []
  for await (const { phase, call, args } of readTrace(trace)) {
    if (phase !== 'enter' || !CALLS.includes(call)) continue
    const path = fileOf(args) ?? String(stringsOf(args)[0])
    if (path !== dataDir && dirname(path) !== dataDir) continue
    const file = path === dataDir ? '.' : basename(path).replace(`.${pid}.new`, () => '.$$.new')
    const nth = (counts.get(`${call} ${file}`) ?? 0) + 1
    counts.set(`${call} ${file}`, nth)
    points.push({ file, call, nth })
  }
  return points
}

export function nameOf({ file, call, nth }: Point): string {
  return `${call} ${nth} of ${file === '.' ? 'the folder' : file}`
}

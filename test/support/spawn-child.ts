/**
 * Child processes that end with this one, however it ends: by itself, by a signal, by SIGKILL. Every process that a test, a fault
 * command or a benchmark starts and does not wait for at once is started here.
 */
import { type ChildProcess, type ForkOptions, fork, spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * A shell that reads lines about groups of processes, `add ID` and `drop ID`, and kills those it knows when its input ends: the
 * kernel closes our end of the pipe whatever we die of.
 */
const REAPER = `
trap '' HUP INT TERM
groups=' '
while read -r word id; do
  case $word in
    add) groups="$groups$id " ;;
    drop) groups="\${groups%% $id *} \${groups#* $id }" ;;
  esac
done
for id in $groups; do kill -s KILL -- "-$id"; done
`

let reaper: ChildProcess | null = null

/** As `spawn` of node:child_process. The child leads a group of its own: what it starts ends with it. */
export const spawnChild = ((command: string, args: readonly string[], options: object = {}) =>
  watched(spawn(command, args, { ...options, detached: true }))) as typeof spawn

/** As `fork` of node:child_process; the same holds. */
export function forkChild(module: string, args: readonly string[] = [], options: ForkOptions = {}): ChildProcess {
  return watched(fork(module, args, { ...options, detached: true }))
}

function watched(child: ChildProcess): ChildProcess {
  const { pid } = child
  // Not started: its `error` event tells.
  if (pid === undefined) return child
  tell(`add ${pid}`)
  child.once('exit', () => tell(`drop ${pid}`))
  return child
}

function tell(line: string): void {
  if (reaper === null) {
    // In a group of its own: what ends a whole terminal or a whole test run ends it last.
    reaper = spawn('sh', ['-c', REAPER], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    reaper.unref()
    ;(reaper.stdin as Socket).unref()
  }
  reaper.stdin?.write(`${line}\n`)
}

/** Debian's strace: it delays, fails or counts the system calls of a service. */
import { spawnSync } from 'node:child_process'

/** Why nothing can be traced here; null when it can. */
export function straceObstacle(): string | null {
  const { status, error, stderr } = spawnSync('strace', ['-D', '-qq', '-o', '/dev/null', 'true'], { encoding: 'utf8' })
  if (error) return `${error.message} (Debian package: strace)`
  return status === 0 ? null : stderr.trim()
}

/**
 * For `ServiceOptions.under`: the service with all its threads is traced from its first moment on. It keeps its own process id and
 * the tracer ends with it. Only the named calls cost anything more than without it.
 *
 * @param calls names of system calls
 * @param inject what happens to them as strace(1) says it, without the calls: `delay_exit=5000`. None: they are only traced.
 */
export function traced(calls: readonly string[], inject?: string, output = '/dev/null'): string[] {
  const names = calls.join(',')
  const tracing = ['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-o', output, '-e', 'signal=none', '-e', `trace=${names}`]
  return inject === undefined ? tracing : [...tracing, '-e', `inject=${names}:${inject}`]
}

/** A start that must be refused: soon, with one clear line and an exit code that says so. */
import { launch, type ServiceOptions } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'

const PATIENCE_MS = 15_000

/**
 * What is wrong with how it refused, a line each.
 *
 * @param says must be in its one line
 * @param limitMs from the start of the process to its end
 */
export async function refusedStart(options: Omit<ServiceOptions, 'handlersDir'>, says: string, limitMs: number): Promise<string[]> {
  const service = launch({ handlersDir: HANDLERS, ...options })
  const timer = setTimeout(() => service.signal('SIGKILL'), PATIENCE_MS)
  const { code, signal } = await service.exited
  clearTimeout(timer)
  const ms = performance.now() - service.spawnedAt
  const lines = service
    .output()
    .split('\n')
    .filter((line) => line !== '')
  return [
    ...(code === 0 || code === null ? [`ended with ${code ?? signal}`] : []),
    ...(ms > limitMs ? [`took ${Math.round(ms)} ms to end`] : []),
    ...(lines.length === 1 && lines[0]?.includes(says) ? [] : [`said: ${lines.join(' | ')}`]),
  ]
}

/** How far a job has come: a bar on a terminal, lines otherwise. Words, so on standard error. */
import type { JobDocument } from '../../client/documents/job.ts'
import type { World } from '../world/world.ts'
import { oneLine } from './escape.ts'
import { isSmart } from './style.ts'

const CELLS = 24
/** Back to the beginning of the line, which is emptied. */
const REWIND = '\r\u001b[2K'

/** Shows one job after the other. */
export interface ProgressDisplay {
  show(document: JobDocument): Promise<void>
  /** Takes the bar away. */
  end(): Promise<void>
}

/** A display for one wait. */
export function createProgress({ stderr, env }: World): ProgressDisplay {
  const hasBar = isSmart(stderr, env)
  let last = ''
  const write = (text: string) => stderr.write(text).catch(() => {})
  return {
    async show(document) {
      const text = oneLine(describe(document))
      if (text === last) return
      last = text
      if (!hasBar) return write(`${text}\n`)
      // Beside the bar there is no room for the id, which stands above it.
      const line = `${bar(document)}  ${text.slice(document.id.length + 2)}`
      return write(`${REWIND}${line.slice(0, Math.max(20, stderr.columns - 1))}`)
    },
    async end() {
      if (hasBar && last !== '') await write(REWIND)
      last = ''
    },
  }
}

/** What a person wants to know of a job, in one line. */
function describe({ id, status, attempt, max_attempts, progress, queue_position, error }: JobDocument): string {
  const { percent = null, stage = null, message = null } = progress ?? {}
  const parts = [
    id,
    status,
    attempt > 1 ? `attempt ${attempt} of ${max_attempts}` : null,
    status === 'pending' && queue_position !== null ? `place ${queue_position} in the queue` : null,
    status === 'running' && percent !== null ? `${percent} %` : null,
    status === 'running' ? stage : null,
    status === 'running' ? message : null,
    error === null ? null : `${error.code}: ${error.message}`,
  ]
  return parts.filter((part) => part !== null).join('  ')
}

function bar({ status, progress }: JobDocument): string {
  const percent = status === 'completed' ? 100 : (progress?.percent ?? 0)
  const full = Math.round((CELLS * Math.min(100, Math.max(0, percent))) / 100)
  return `[${'█'.repeat(full)}${'░'.repeat(CELLS - full)}]`
}

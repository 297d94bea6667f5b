/** The writes of pauses of job types as steps. */
import type { JobTypePause } from '../../domain/pause.ts'
import type { Write } from '../../ports/change.ts'
import { jobTypePauseRow } from '../rows/job-type-pause-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type JobTypePauseStatement = 'putJobTypePause' | 'dropJobTypePause' | 'lengthenPatience'

type JobTypePauseStep = Step<JobTypePauseStatement>

/** A pause begins, or becomes longer. */
export function putJobTypePause(pause: JobTypePause): JobTypePauseStep[] {
  return [{ statement: 'putJobTypePause', params: jobTypePauseRow(pause) }]
}

/** A pause is over. Guarded: it is still this one. */
export function endJobTypePause({ pause, until }: Extract<Write, { write: 'endJobTypePause' }>): JobTypePauseStep[] {
  const { type, pausedAt: since, pausedUntil } = pause
  return [
    { statement: 'dropJobTypePause', params: { type, paused_until: pausedUntil } },
    { statement: 'lengthenPatience', params: { type, since, until } },
  ]
}

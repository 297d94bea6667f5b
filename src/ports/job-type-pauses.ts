import type { JobTypePause } from '../domain/pause.ts'

/** Reads of pauses of job types. */
export interface JobTypePauseReads {
  /** All of them, also what is over and not removed yet. Read at every turn: cheap. */
  all(): Promise<JobTypePause[]>
}

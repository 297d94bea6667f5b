/** How far a run has come, as its handler reports it. */
import { CUT_MARK, cutText } from './cut.ts'

/** Steps of one run; those beyond stand together as one more step, named by the mark of a cut. */
export const MAX_STEPS = 200
/** UTF-16 units. */
export const MAX_STEP_NAME = 100
/** UTF-16 units of a progress message. */
export const MAX_PROGRESS_MESSAGE = 1000

/** Every status of a step. */
export const STEP_STATUSES = ['pending', 'running', 'completed', 'failed'] as const
/** One of `STEP_STATUSES`. */
export type StepStatus = (typeof STEP_STATUSES)[number]

/** How far a run has come. */
export interface Progress {
  /** 0 to 100. The handler's own figure once it gave one, else the share of finished steps. */
  percent: number | null
  /** The step in hand. */
  stage: string | null
  message: string | null
  steps: readonly { name: string; status: StepStatus }[]
}

/** What of a handler's words can be longer than its bound. */
export const CUTS = ['steps', 'step_name', 'message', 'log', 'log_lines'] as const
/** One of `CUTS`. */
export type Cut = (typeof CUTS)[number]

/** What a handler says of its work. */
export type WorkReport =
  | { kind: 'progress'; percent: number; message: string | null }
  | { kind: 'step'; name: string; status: 'running' | 'completed' | 'failed' }

/** What a handlers' thread tells of a run: its handler's reports, and how often something it said was cut or left out. */
export type HandlerReport = WorkReport | { kind: 'cut'; what: Cut; count: number }

/** What is heard of a run. `restart`: it is begun anew, and nothing it has reported is so any more. */
export type Report = HandlerReport | { kind: 'restart' }

/** The progress of a run that has not reported yet: null for a type without declared steps. */
export function initialProgress(steps: readonly string[]): Progress | null {
  if (steps.length === 0) return null
  return { percent: 0, stage: null, message: null, steps: steps.map((name) => ({ name, status: 'pending' })) }
}

/**
 * Folds one report into what is known, its texts cut to their bounds. A step nobody declared is appended in the order it came
 * up; from the 200th on they share one place.
 */
export function applyReport(progress: Progress | null, report: WorkReport): Progress {
  const before = progress ?? { percent: null, stage: null, message: null, steps: [] }
  if (report.kind === 'progress') {
    const message = report.message === null ? before.message : cutText(report.message, MAX_PROGRESS_MESSAGE)
    return { ...before, percent: Math.min(100, Math.max(0, report.percent)), message }
  }
  const name = cutText(report.name, MAX_STEP_NAME)
  const steps = withStep(before.steps, name, report.status)
  const ownFigure = before.percent !== shareDone(before.steps)
  return { ...before, steps, stage: name, percent: ownFigure ? before.percent : shareDone(steps) }
}

function withStep(steps: Progress['steps'], name: string, status: StepStatus): Progress['steps'] {
  const place = placeOf(steps, name)
  if (place >= 0) return steps.with(place, { name: steps[place]?.name ?? name, status })
  if (steps.length < MAX_STEPS - 1) return [...steps, { name, status }]
  return steps.length < MAX_STEPS ? [...steps, { name: CUT_MARK, status }] : steps
}

/** Of the step, or of the one that stands for all that found no place; -1 when there is neither. */
function placeOf(steps: Progress['steps'], name: string): number {
  const own = steps.findIndex((step) => step.name === name)
  if (own >= 0 || steps.length < MAX_STEPS) return own
  return steps.at(-1)?.name === CUT_MARK ? MAX_STEPS - 1 : -1
}

function shareDone(steps: Progress['steps']): number | null {
  if (steps.length === 0) return null
  return Math.round((100 * steps.filter((step) => step.status === 'completed').length) / steps.length)
}

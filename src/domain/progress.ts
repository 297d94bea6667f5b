/** How far a run has come, as its handler reports it. Pure. */

export type StepStatus = 'pending' | 'running' | 'completed' | 'failed'

export interface Progress {
  /** 0 to 100. The handler's own figure once it gave one, else the share of finished steps. */
  percent: number | null
  /** The step in hand. */
  stage: string | null
  message: string | null
  steps: readonly { name: string; status: StepStatus }[]
}

/** What a handler says on its way. */
export type Report =
  | { kind: 'progress'; percent: number; message: string | null }
  | { kind: 'step'; name: string; status: 'running' | 'completed' | 'failed' }

/** The progress of a run that has not reported yet: null for a type without declared steps. */
export function initialProgress(steps: readonly string[]): Progress | null {
  if (steps.length === 0) return null
  return { percent: 0, stage: null, message: null, steps: steps.map((name) => ({ name, status: 'pending' })) }
}

/** Folds one report into what is known. A step nobody declared is appended in the order it came up. */
export function applyReport(progress: Progress | null, report: Report): Progress {
  const before = progress ?? { percent: null, stage: null, message: null, steps: [] }
  if (report.kind === 'progress') {
    return { ...before, percent: Math.min(100, Math.max(0, report.percent)), message: report.message ?? before.message }
  }
  const known = before.steps.some((step) => step.name === report.name)
  const steps = known
    ? before.steps.map((step) => (step.name === report.name ? { ...step, status: report.status } : step))
    : [...before.steps, { name: report.name, status: report.status }]
  const ownFigure = before.percent !== shareDone(before.steps)
  return {
    ...before,
    steps,
    stage: report.name,
    percent: ownFigure ? before.percent : shareDone(steps),
  }
}

function shareDone(steps: Progress['steps']): number | null {
  if (steps.length === 0) return null
  return Math.round((100 * steps.filter((step) => step.status === 'completed').length) / steps.length)
}

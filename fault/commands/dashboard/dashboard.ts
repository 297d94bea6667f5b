/**
 * `npm run fault -- dashboard`: strangers' texts on every page in a browser, forged forms, sessions that are over, ids of others. First on
 * builds that forget to escape, forget the origin, keep sessions and tell strangers.
 */
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight, type Sight } from '../../harness/control.ts'
import { tryForgeries } from './forgeries.ts'
import { setScene } from './scene.ts'
import { trySessions } from './sessions.ts'
import { tryStrangers } from './strangers.ts'
import { STRANGERS_TEXTS } from './strangers-texts.ts'
import { type DashboardSeen, failuresOfDashboard } from './verdict.ts'
import { walk } from './walk.ts'

const SHOWN_FAILURES = 20
/** Enough for a build that takes them as HTML to run them. */
const CONTROL_TEXTS = STRANGERS_TEXTS.slice(0, 3)

/** What the command is told. */
export interface DashboardOptions {
  /** So many texts of strangers; 0 is all of them. */
  texts: number
}

/** A part of a run, by the name of its figures. */
type Part = keyof DashboardSeen

/** Runs the parts, each on a service of its own: what one does is no matter of the next. */
export async function runDashboard(parts: readonly Part[], texts: readonly string[], preload: readonly URL[] = []): Promise<DashboardSeen> {
  const seen: DashboardSeen = {}
  for (const part of parts) {
    const scene = await setScene(part === 'walk' ? texts : texts.slice(0, 1), preload)
    try {
      if (part === 'walk') seen.walk = await walk(scene)
      if (part === 'forged') seen.forged = await tryForgeries(scene)
      if (part === 'sessions') seen.sessions = await trySessions(scene)
      if (part === 'strangers') seen.strangers = await tryStrangers(scene)
    } finally {
      await scene.close()
    }
  }
  return seen
}

interface ControlRun {
  /** What is wrong with the build. */
  build: string
  preload: URL
  part: Part
  /** How many times the part has seen it. */
  count: (seen: DashboardSeen) => number | undefined
}

/** The builds that must be seen to fail. */
export const CONTROLS: readonly ControlRun[] = [
  { build: 'forgets to escape', preload: sabotage('forgets-escape'), part: 'walk', count: ({ walk: seen }) => seen?.executions.length },
  { build: 'forgets the origin', preload: sabotage('forgets-origin'), part: 'forged', count: ({ forged }) => forged?.accepted.length },
  { build: 'keeps sessions', preload: sabotage('keeps-sessions'), part: 'sessions', count: ({ sessions }) => sessions?.accepted.length },
  {
    build: 'tells strangers',
    preload: sabotage('tells-strangers'),
    part: 'strangers',
    count: ({ strangers }) => strangers?.differing.length,
  },
]

/** On a build that breaks the promise of one part, that part must see it. */
export async function runControl({ preload, part, count }: ControlRun): Promise<{ sight: Sight; seen: DashboardSeen }> {
  const seen = await runDashboard([part], CONTROL_TEXTS, [preload])
  return { sight: (count(seen) ?? 0) > 0 ? 'seen' : 'not seen', seen }
}

/** True when the controls failed as they must and the real build held. */
export async function dashboard({ texts, print, record }: DashboardOptions & Output): Promise<boolean> {
  for (const control of CONTROLS) {
    print(`control: a build that ${control.build}`)
    const { sight, seen } = await runControl(control)
    print(`  ${control.count(seen)} times: ${describeSight(sight)}`)
    if (sight !== 'seen') return false
  }
  const chosen = texts === 0 ? STRANGERS_TEXTS : STRANGERS_TEXTS.slice(0, texts)
  print(`${chosen.length} texts of strangers`)
  const seen = await runDashboard(['walk', 'forged', 'sessions', 'strangers'], chosen)
  const failures = failuresOfDashboard(seen)
  const figures = figuresOf(seen)
  for (const [name, figure] of Object.entries(figures)) print(`  ${name}: ${figure.toLocaleString('en')}`)
  for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`  BREACH ${failure}`)
  if (failures.length > SHOWN_FAILURES) print(`  and ${failures.length - SHOWN_FAILURES} more`)
  record(figures)
  print(failures.length === 0 ? 'held' : 'FAILED')
  return failures.length === 0
}

function figuresOf({ walk: walked, forged, sessions, strangers }: DashboardSeen): Record<string, number> {
  return {
    'texts of strangers, each in everything that takes text': walked?.texts ?? 0,
    'pages opened in a browser, with their policy and without': walked?.pages ?? 0,
    executions: walked?.executions.length ?? 0,
    'elements, attributes, links and requests that came of a text': walked?.traces.length ?? 0,
    'commands to paste, run in a shell': walked?.commands ?? 0,
    'kinds of forged requests': forged?.kinds ?? 0,
    'forged requests': forged?.sent ?? 0,
    'forged requests accepted': forged?.accepted.length ?? 0,
    'kinds of sessions that are over': sessions?.kinds ?? 0,
    'requests with them': sessions?.tried ?? 0,
    'requests with them accepted': sessions?.accepted.length ?? 0,
    "answers to another tenant's id, compared with an unknown one's": strangers?.compared ?? 0,
    'answers that differed': strangers?.differing.length ?? 0,
  }
}

/** What can happen in a run of the model, as plain data, so that a failing case prints, shrinks and replays. */
import fc from 'fast-check'
import type { DiskMode } from './disk.ts'

/** `quick` and `fails` end by themselves at once; the others when a step says so. `deaf` does not mind its signal. */
export const BEHAVIOURS = ['quick', 'fails', 'waits', 'deaf'] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** `limited` runs one at a time; `stepped` declares steps. */
export const TYPES = ['plain', 'limited', 'stepped'] as const

export interface JobSpec {
  /** The second tenant may run one job at a time. */
  tenant: 0 | 1
  type: (typeof TYPES)[number]
  behaviour: Behaviour
  callback: { destination: number; events: 'all' | 'completed' | 'none' } | null
  /** Of the Idempotency-Key. */
  key: 0 | 1 | null
  delayMs: number
  priority: number
  maxAttempts: number
  timeoutMs: number
}

export const ANSWERS = ['ok', 'error', 'gone', 'busy', 'forbidden'] as const
export type Answer = (typeof ANSWERS)[number]
export type ReceiverMode = Answer | 'hang'

export const OUTCOMES = ['ok', 'retry', 'later', 'final', 'lost'] as const
export type OutcomeKind = (typeof OUTCOMES)[number]

/** Every `pick` chooses among what is there at that moment; with nothing there the step does nothing. */
export type ClientStep =
  | { step: 'submit'; spec: JobSpec }
  | { step: 'cancel'; pick: number }
  | { step: 'replay'; pick: number }
  | { step: 'discard'; pick: number }

export type WorkStep =
  | { step: 'end'; pick: number; outcome: OutcomeKind }
  | { step: 'report'; pick: number }
  | { step: 'answer'; pick: number; answer: Answer }

export type Step =
  | ClientStep
  | WorkStep
  /** Both begin in one turn of the event loop, `gap` microtasks apart. */
  | { step: 'race'; first: ClientStep | WorkStep; second: ClientStep | WorkStep; gap: number }
  | { step: 'receiver'; destination: 0 | 1; mode: ReceiverMode }
  | { step: 'push'; ms: number }
  | { step: 'jump'; ms: number }
  | { step: 'disk'; mode: DiskMode }
  | { step: 'apply'; writes: number; scans: number }
  | { step: 'settle answers'; writes: number; scans: number }
  /** kill -9: `applied` posted writes still reach the disk. `outdated`: the old process goes on for a while, without its lock. */
  | { step: 'crash'; applied: number; outdated: boolean }
  /** SIGTERM with so many milliseconds to stop. */
  | { step: 'stop'; ms: number }
  | { step: 'wake-ups'; mode: 'kept' | 'lost' | 'doubled' }

/** `embedded`: records just committed are handed on in memory. `claimed`: the store alone knows what is due, wake-ups may be lost. */
export interface Case {
  shape: 'embedded' | 'claimed'
  steps: Step[]
}

const bit = fc.constantFrom(0 as const, 1 as const)
const pick = fc.nat(5)

const spec: fc.Arbitrary<JobSpec> = fc.record({
  tenant: weighted<0 | 1>([3, 0], [1, 1]),
  type: weighted<JobSpec['type']>([3, 'plain'], [2, 'limited'], [1, 'stepped']),
  behaviour: weighted<Behaviour>([3, 'quick'], [1, 'fails'], [6, 'waits'], [1, 'deaf']),
  callback: fc.option(
    fc.record({ destination: bit, events: weighted<'all' | 'completed' | 'none'>([4, 'all'], [1, 'completed'], [1, 'none']) }),
    {
      freq: 4,
      nil: null,
    },
  ),
  key: weighted<0 | 1 | null>([12, null], [1, 0], [1, 1]),
  delayMs: weighted([5, 0], [1, 5], [1, 4_000], [1, 30_000]),
  priority: weighted([2, 0], [1, 5], [1, -5]),
  maxAttempts: fc.constantFrom(2, 1, 3),
  timeoutMs: weighted([3, 60_000], [1, 3_000], [1, 8]),
})

/** What a client sends again when it has heard nothing: the same key with the same body. */
const KEYED: JobSpec[] = ([0, 1] as const).map((key) => ({
  tenant: 0,
  type: 'plain',
  behaviour: key === 0 ? 'quick' : 'waits',
  callback: { destination: 0, events: 'all' },
  key,
  delayMs: 0,
  priority: 0,
  maxAttempts: 2,
  timeoutMs: 60_000,
}))

const submits: fc.Arbitrary<ClientStep> = fc.record({
  step: fc.constant('submit' as const),
  spec: fc.oneof({ weight: 5, arbitrary: spec }, { weight: 1, arbitrary: fc.constantFrom(...KEYED) }),
})

const client: fc.Arbitrary<ClientStep> = fc.oneof(
  { weight: 5, arbitrary: submits },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('cancel' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('replay' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('discard' as const), pick }) },
)

const work: fc.Arbitrary<WorkStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ step: fc.constant('end' as const), pick, outcome: fc.constantFrom(...OUTCOMES) }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('report' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('answer' as const), pick, answer: fc.constantFrom(...ANSWERS) }) },
)

const either = fc.oneof<fc.Arbitrary<ClientStep | WorkStep>[]>(client, work)
const few = fc.nat(3)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: submits },
  { weight: 8, arbitrary: client },
  { weight: 6, arbitrary: work },
  { weight: 6, arbitrary: fc.record({ step: fc.constant('race' as const), first: either, second: either, gap: fc.nat(12) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant('receiver' as const),
      destination: bit,
      mode: weighted<ReceiverMode>([3, 'ok'], [3, 'error'], [1, 'gone'], [2, 'busy'], [1, 'forbidden'], [3, 'hang']),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      step: fc.constant('push' as const),
      ms: weighted([2, 5], [2, 20], [2, 300], [3, 5_000], [2, 16_000], [1, 70_000]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('jump' as const), ms: fc.constantFrom(3_600_000, -3_600_000, 3_600_000, -45_000) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant('disk' as const),
      mode: weighted<DiskMode>([4, 'through'], [4, 'hold'], [1, 'full'], [1, 'overloaded']),
    }),
  },
  { weight: 4, arbitrary: fc.record({ step: fc.constant('apply' as const), writes: few, scans: few }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('settle answers' as const), writes: few, scans: few }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('crash' as const), applied: few, outdated: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('stop' as const), ms: fc.constantFrom(10_000, 1_000, 0) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant('wake-ups' as const),
      mode: weighted<'kept' | 'lost' | 'doubled'>([1, 'kept'], [1, 'lost'], [1, 'doubled']),
    }),
  },
)

const MOST_STEPS = 40

export const cases: fc.Arbitrary<Case> = fc.record({
  shape: weighted<Case['shape']>([2, 'embedded'], [1, 'claimed']),
  steps: fc.array(step, { minLength: 1, maxLength: MOST_STEPS, size: 'max' }),
})

function weighted<T>(...choices: [weight: number, value: T][]): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))
}

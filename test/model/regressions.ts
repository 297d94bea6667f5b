/** Cases that once broke a promise, as small as they got, by what went wrong. */
import type { Case, JobSpec } from './steps.ts'

const JOB: JobSpec = {
  tenant: 0,
  type: 'plain',
  behaviour: 'waits',
  callback: null,
  key: null,
  delayMs: 0,
  priority: 0,
  maxAttempts: 2,
  timeoutMs: 60_000,
}
const HOOK = { destination: 0, events: 'all' } as const

export const FOUND: Record<string, Case> = {
  'a refused progress write left its job running for ever': {
    shape: 'claimed',
    steps: [
      { step: 'submit', spec: JOB },
      { step: 'disk', mode: 'overloaded' },
      { step: 'report', pick: 0 },
    ],
  },
  'a refused mark left its job held by a process that had given it up': {
    shape: 'embedded',
    steps: [
      { step: 'submit', spec: JOB },
      { step: 'disk', mode: 'full' },
      { step: 'push', ms: 20 },
      { step: 'disk', mode: 'through' },
    ],
  },
  'a refused cancel lost the job it had taken out of memory': {
    shape: 'embedded',
    steps: [
      { step: 'submit', spec: JOB },
      { step: 'submit', spec: JOB },
      { step: 'submit', spec: JOB },
      { step: 'disk', mode: 'full' },
      { step: 'cancel', pick: 2 },
    ],
  },
  'two lanes filled the one slot of a type together': {
    shape: 'embedded',
    steps: [
      { step: 'submit', spec: { ...JOB, type: 'limited', tenant: 1 } },
      { step: 'submit', spec: { ...JOB, type: 'limited', tenant: 1 } },
      { step: 'submit', spec: { ...JOB, type: 'limited' } },
      { step: 'crash', applied: 0, outdated: false },
    ],
  },
  'a cancel did not reach the second run, which the end of the first had taken off the list': {
    shape: 'claimed',
    steps: [
      { step: 'submit', spec: { ...JOB, type: 'limited', delayMs: 4_000 } },
      { step: 'push', ms: 5_000 },
      { step: 'end', pick: 0, outcome: 'lost' },
      { step: 'cancel', pick: 0 },
      { step: 'push', ms: 16_000 },
    ],
  },
  'a cancel was answered as asked for by a run that had just ended, and forgotten by the next': {
    shape: 'claimed',
    steps: [
      { step: 'submit', spec: { ...JOB, type: 'limited', timeoutMs: 8 } },
      { step: 'race', first: { step: 'end', pick: 0, outcome: 'lost' }, second: { step: 'cancel', pick: 0 }, gap: 0 },
      { step: 'apply', writes: 0, scans: 0 },
    ],
  },
  'a run timed out, and ended over what the next process had written': {
    shape: 'embedded',
    steps: [
      { step: 'submit', spec: { ...JOB, tenant: 1, behaviour: 'deaf', timeoutMs: 8 } },
      { step: 'submit', spec: { ...JOB, tenant: 1, priority: 5 } },
      { step: 'crash', applied: 0, outdated: true },
      { step: 'push', ms: 5_000 },
    ],
  },
  'a job held in memory waited for the hour by which the clock was set back': {
    shape: 'embedded',
    steps: [
      { step: 'disk', mode: 'hold' },
      { step: 'submit', spec: JOB },
      { step: 'jump', ms: -3_600_000 },
      { step: 'disk', mode: 'through' },
    ],
  },
  'a full disk behind an open breaker lost the delivery held in memory': {
    shape: 'embedded',
    steps: [
      { step: 'receiver', destination: 0, mode: 'error' },
      ...Array.from({ length: 5 }, () => ({ step: 'submit' as const, spec: { ...JOB, behaviour: 'quick' as const, callback: HOOK } })),
      { step: 'disk', mode: 'hold' },
      { step: 'submit', spec: { ...JOB, behaviour: 'quick', callback: HOOK } },
      { step: 'apply', writes: 1, scans: 0 },
      { step: 'settle answers', writes: 1, scans: 0 },
      { step: 'apply', writes: 1, scans: 0 },
      { step: 'settle answers', writes: 1, scans: 0 },
      { step: 'disk', mode: 'full' },
      { step: 'push', ms: 300 },
    ],
  },
  'a lane that was woken for a slot and had no use for it kept those behind it waiting': {
    shape: 'embedded',
    steps: [
      { step: 'jump', ms: -3_600_000 },
      { step: 'receiver', destination: 1, mode: 'hang' },
      { step: 'receiver', destination: 0, mode: 'busy' },
      { step: 'submit', spec: { ...JOB, callback: { destination: 1, events: 'all' }, priority: 5, timeoutMs: 3_000 } },
      { step: 'push', ms: 70_000 },
      { step: 'submit', spec: { ...JOB, behaviour: 'quick', callback: HOOK, priority: -5 } },
      {
        step: 'submit',
        spec: { ...JOB, type: 'limited', behaviour: 'quick', callback: { destination: 1, events: 'all' }, delayMs: 30_000, priority: 5 },
      },
      { step: 'push', ms: 16_000 },
      { step: 'submit', spec: { ...JOB, priority: 5, timeoutMs: 8 } },
      {
        step: 'submit',
        spec: { ...JOB, type: 'stepped', callback: { destination: 0, events: 'completed' }, priority: 5, timeoutMs: 8 },
      },
    ],
  },
  'the time limit extended the grace of a run that was to be canceled': {
    shape: 'embedded',
    steps: [
      { step: 'submit', spec: { ...JOB, tenant: 1 } },
      { step: 'submit', spec: { ...JOB, tenant: 1, behaviour: 'deaf', priority: 5, timeoutMs: 3_000 } },
      { step: 'end', pick: 0, outcome: 'ok' },
      { step: 'cancel', pick: 0 },
      { step: 'push', ms: 5_000 },
      { step: 'push', ms: 5 },
    ],
  },
}

/**
 * The writer's messages: all the work of one turn as one flat array, because every nested array or object costs the
 * structured clone extra. One piece of work is `id, 'steps', how many, (statement, how many, ...values)*`, or
 * `id, 'claimJobs', 'leaseJobs', 'claimDeliveries' or 'leaseDeliveries', claim`. A group's answers go back as `ms, (id, answer)*`.
 */

import type { Param } from '../../steps/step.ts'
import type { BoundStep } from '../statements/statements.ts'
import type { Answer, Work } from './work.ts'

/** A message: the values of many works or answers in one array, which is cloned faster than an object for each. */
export type Flat = unknown[]

/** A work with the number that its answer comes back under. */
export interface NumberedWork {
  id: number
  work: Work
}

/** Adds a work to a message. */
export function appendWork(message: Flat, id: number, work: Work): void {
  if ('claimJobs' in work) message.push(id, 'claimJobs', work.claimJobs)
  else if ('leaseJobs' in work) message.push(id, 'leaseJobs', work.leaseJobs)
  else if ('leaseDeliveries' in work) message.push(id, 'leaseDeliveries', work.leaseDeliveries)
  else if ('claimDeliveries' in work) message.push(id, 'claimDeliveries', work.claimDeliveries)
  else {
    message.push(id, 'steps', work.steps.length)
    for (const { statement, values } of work.steps) message.push(statement, values.length, ...values)
  }
}

/** Reads back what `appendWork` wrote. Both ends are this file, so nothing is checked. */
export function readWork(message: Flat): NumberedWork[] {
  const found: NumberedWork[] = []
  let at = 0
  const next = <T>() => message[at++] as T
  while (at < message.length) {
    const id = next<number>()
    const kind = next<'steps' | 'claimJobs' | 'leaseJobs' | 'claimDeliveries' | 'leaseDeliveries'>()
    if (kind === 'claimJobs') found.push({ id, work: { claimJobs: next() } })
    else if (kind === 'leaseJobs') found.push({ id, work: { leaseJobs: next() } })
    else if (kind === 'leaseDeliveries') found.push({ id, work: { leaseDeliveries: next() } })
    else if (kind === 'claimDeliveries') found.push({ id, work: { claimDeliveries: next() } })
    else {
      const steps: BoundStep[] = []
      for (let left = next<number>(); left > 0; left--) {
        const statement = next<string>()
        const count = next<number>()
        steps.push({ statement, values: message.slice(at, at + count) as Param[] })
        at += count
      }
      found.push({ id, work: { steps } })
    }
  }
  return found
}

/** The answers of a group whose transaction took `ms` milliseconds; null when nothing of it was written. */
export function beginAnswers(ms: number | null): Flat {
  return [ms]
}

/** Adds an answer to a message. */
export function appendAnswer(message: Flat, id: number, answer: Answer): void {
  message.push(id, answer)
}

/** What the group was, once every answer of it has been given to `each`. */
export function readAnswers(message: Flat, each: (id: number, answer: Answer) => void): { members: number; ms: number | null } {
  for (let at = 1; at < message.length; at += 2) each(message[at] as number, message[at + 1] as Answer)
  return { members: (message.length - 1) / 2, ms: message[0] as number | null }
}

/** Roughly what a piece of work weighs while it waits, in bytes. A view is cloned with all of the buffer behind it. */
export function weightOf(work: Work): number {
  if (!('steps' in work)) return 500
  let bytes = 100
  for (const { values } of work.steps) {
    for (const value of values)
      bytes += typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.buffer.byteLength : 8
  }
  return bytes
}

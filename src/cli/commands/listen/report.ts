/** What `listen` shows of a try. */
import type { EventText } from '../../../client/resources/event-texts.ts'
import { shown } from '../../output/table.ts'
import type { Answer } from './deliver.ts'

/** The line of JSON for an event that was taken. */
export function answerDocument({ id, type, job_id }: EventText, { status, ms, told }: Answer): object {
  return { id, type, job_id, status, ms, answer: told }
}

/** An event that was taken, in one line. */
export function answerText({ id, type, job_id }: EventText, { status, ms, told }: Answer): string {
  return [type, id, job_id, status, `${ms} ms`, told].map(shown).join('  ').trimEnd()
}

/** A try that failed, in one line. */
export function failureText({ id, type }: EventText, { status, told }: Answer): string {
  const answer = status === null ? told : `${status} ${told}`
  return `${shown(type)}  ${shown(id)}  not taken: ${shown(answer).trimEnd()}`
}

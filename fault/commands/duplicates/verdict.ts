/** What docs/contract.md#jobs says of requests sent more than once, held against what clients were told. Pure. */

/** How long a duplicate waits for the first one before it is told to come back (docs/contract.md#jobs), milliseconds. */
const DUPLICATE_WAIT_MS = 1_000

/** A 202, as a client got it. */
export interface Told {
  /** Key and tenant. */
  request: string
  key: string
  replayed: boolean
  // biome-ignore lint/suspicious/noExplicitAny: a black-box test checks the document as it came
  document: any
}

/** What was wrong, a line each; none = one job for each request. `stored` are the ids of all jobs there are. */
export function failuresOfDuplicates(told: readonly Told[], conflicts: readonly number[], stored: readonly string[]): string[] {
  const requests = Map.groupBy(told, (answer) => answer.request)
  const known = new Set(told.map((answer) => answer.document.id))
  const early = conflicts.filter((ms) => ms < DUPLICATE_WAIT_MS)
  return [
    ...[...requests].flatMap(([request, answers]) => failuresOfRequest(request, answers)),
    ...(stored.length === requests.size ? [] : [`${requests.size} requests became ${stored.length} jobs`]),
    ...stored.filter((id) => !known.has(id)).map((id) => `job ${id} was made and nobody was told of it`),
    ...early.map((ms) => `a duplicate was told to come back after ${Math.round(ms)} ms`),
  ]
}

function failuresOfRequest(request: string, answers: readonly Told[]): string[] {
  const jobs = new Set(answers.map((answer) => lasting(answer.document)))
  const firsts = answers.filter((answer) => !answer.replayed).length
  return [
    ...(jobs.size === 1 ? [] : [`${request} became ${[...jobs].join(' and ')}`]),
    ...(firsts <= 1 ? [] : [`${request} was the first of its copies ${firsts} times`]),
    ...(answers.every(({ key, document }) => document.metadata.key === key) ? [] : [`${request} was answered with the job of another`]),
  ]
}

/** The members of a job's document that never change. */
function lasting(document: Told['document']): string {
  const { id, type, status_url, result_url, cancel_url, created_at, run_at, max_attempts, tags, metadata } = document
  return JSON.stringify({ id, type, status_url, result_url, cancel_url, created_at, run_at, max_attempts, tags, metadata })
}

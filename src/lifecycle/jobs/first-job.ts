import { exampleOf } from '../../domain/example-of.ts'
import type { Executor } from '../../ports/executor.ts'

/** Types looked at: each costs a check. */
const MOST_TYPES = 20

/** Of each executor once: whoever asks needs no key. */
const found = new WeakMap<object, Promise<FirstJob | null>>()

/** A submit that this service takes as it stands. */
export interface FirstJob {
  type: string
  payload: unknown
}

/**
 * What a newcomer can submit first: of the job types that are loaded, the first whose example its own check takes. With none such
 * the first type, whose payload is then the reader's to mend; null when no type is loaded.
 */
export function firstJob(executor: Pick<Executor, 'types' | 'check'>): Promise<FirstJob | null> {
  const job = found.get(executor) ?? find(executor)
  found.set(executor, job)
  return job
}

async function find({ types, check }: Pick<Executor, 'types' | 'check'>): Promise<FirstJob | null> {
  let unfit: FirstJob | null = null
  for (const { type, inputSchema } of [...types.values()].slice(0, MOST_TYPES)) {
    const payload = inputSchema === null ? {} : exampleOf(inputSchema)
    const isTaken = await check(type, Buffer.from(JSON.stringify(payload))).then(
      (faults) => faults.length === 0,
      () => false,
    )
    if (isTaken) return { type, payload }
    unfit ??= { type, payload }
  }
  return unfit
}

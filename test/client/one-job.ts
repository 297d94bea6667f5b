/** Submits by the client that are told apart by their metadata, and whether each has made one job. */
import { expect } from 'vitest'
import { type Client, createClient, type JobHandle } from '../../src/client/index.ts'
import { ADMIN_KEY } from '../support/service.ts'

export interface CountedClient {
  client: Client
  /** Statuses that were answered, in their order; 0 for no answer. */
  statuses: readonly number[]
}

/** @param onStatus called with each, before the client sees it */
export function countedClient(url: string, key = ADMIN_KEY, onStatus: (status: number) => void = () => {}): CountedClient {
  const statuses: number[] = []
  const note = (status: number) => {
    statuses.push(status)
    onStatus(status)
  }
  const client = createClient({
    url,
    key,
    async fetch(input, init) {
      try {
        const response = await fetch(input, init)
        note(response.status)
        return response
      } catch (error) {
        note(0)
        throw error
      }
    },
  })
  return { client, statuses }
}

/** One of several submits. */
export function submitNth({ jobs }: Client, n: number, type = 'e2e.echo', payload: unknown = n): Promise<JobHandle> {
  return jobs.submit(type, payload, { metadata: { n: String(n) } })
}

/** Every submit made the job whose handle it gave, and no other job is there. */
export async function expectOneJobEach({ jobs }: Client, handles: readonly JobHandle[]): Promise<void> {
  const stored: [n: string | undefined, id: string][] = []
  for await (const { id, metadata } of jobs.list({ limit: 100 })) stored.push([metadata.n, id])
  const byNumber = ([n = '']: [string | undefined, string], [other = '']: [string | undefined, string]) => Number(n) - Number(other)
  expect(stored.sort(byNumber)).toEqual(handles.map(({ id }, n) => [String(n), id]))
}

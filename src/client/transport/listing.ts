/** Lists as async iterables. */
import type { Query, Transport } from './transport.ts'

/** One page of a list. */
export interface Page<T> {
  data: T[]
  /** A page may be short and still have more. */
  has_more: boolean
  next_cursor: string | null
}

/** A list that is read as far as it is iterated, a page at a time. Each iteration begins anew. */
export interface Listing<T> extends AsyncIterable<T> {
  /** The same by pages, for those who keep `next_cursor`. */
  pages(): AsyncIterable<Page<T>>
}

/** Which page of a list, and whose. */
export interface PageOptions {
  /** Documents a page: 1 to 100. */
  limit?: number | undefined
  /** `next_cursor` of the page before. */
  cursor?: string | undefined
  /** Operator only: another tenant, or `*` for all. */
  tenant?: string | undefined
}

/** What every call takes. */
export interface CallOptions {
  /** Aborting it rejects with its reason. */
  signal?: AbortSignal | undefined
}

/** @param parameter the query parameter that `next_cursor` goes to */
export function listing<T>(
  transport: Transport,
  path: string,
  query: Query,
  { signal, parameter = 'cursor' }: CallOptions & { parameter?: 'cursor' | 'after' } = {},
): Listing<T> {
  async function* pages(): AsyncGenerator<Page<T>, void, undefined> {
    let at: Query = {}
    for (;;) {
      const page = await transport.json<Page<T>>({ method: 'GET', path, query: { ...query, ...at }, signal })
      yield page
      if (!page.has_more || page.next_cursor === null) return
      at = { [parameter]: page.next_cursor }
    }
  }
  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.data
    },
  }
}

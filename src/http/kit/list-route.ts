/** Routes that answer with a page of a list. */
import type { z } from 'zod'
import type { Scope } from '../../domain/tenant.ts'
import type { Page, PageQuery } from '../../ports/page.ts'
import { listSchema } from '../../wire/schemas/list.ts'
import type { Caller } from './auth.ts'
import { listedTenant, type PageRequest, readPage, respondPage } from './page.ts'
import { type AnyRoute, type Call, defineRoute, type Output, type Route, type Shape } from './route.ts'

type Query = z.ZodObject & z.ZodType<PageRequest>
type Described<P extends Shape, Q extends Query> = Pick<
  Route<Scope | 'any', P, Q, undefined>,
  'path' | 'operationId' | 'summary' | 'tag' | 'scope' | 'params'
>

/** A request for a page. */
export type ListCall<P extends Shape, Q extends Query> = Call<Caller, Output<P>, Output<Q>, undefined>

/** A route that lists records, newest first unless its `page` says otherwise. */
export interface ListRoute<Row, P extends Shape, Q extends Query> extends Described<P, Q> {
  /** The name of the list. A cursor is good for this name and this tenant. */
  list: string
  /** What is in it, in the plural, for the API page. */
  noun: string
  query: Q
  /** The schema of one document. */
  item: z.ZodType
  /** Whose records are listed, null = every tenant's. Without it the caller's, or those that the operator asks for. */
  owner?(call: ListCall<P, Q>): string | null | Promise<string | null>
  page(query: PageQuery, call: ListCall<P, Q>): Promise<Page<Row>>
  /** One document as JSON text. */
  document(row: Row, call: ListCall<P, Q>): string | Promise<string>
}

/** The route of a list: reads which page is asked for, and answers with its documents and a link to the next page. */
export function listRoute<Row, P extends Shape, Q extends Query>(route: ListRoute<Row, P, Q>): AnyRoute {
  const { list, noun, item, owner, page, document, ...described } = route
  return defineRoute<Scope | 'any', P, Q>({
    ...described,
    method: 'get',
    responses: {
      200: { description: `A page of ${noun}.`, schema: listSchema(item), headers: { link: 'The next page, `rel="next"`.' } },
    },
    async handle(call) {
      const tenantId = owner ? await owner(call) : listedTenant(call.caller, call.query.tenant)
      const { rows, next } = await page(readPage(list, tenantId, call.query), call)
      const documents = await Promise.all(rows.map((row) => document(row, call)))
      return respondPage(call, { list, tenantId, documents, next })
    },
  })
}

/** Lists: which page is asked for, and the page that answers. */
import { ProblemError } from '../../domain/errors.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { Page, PageQuery } from '../../ports/page.ts'
import { listDocument } from '../../wire/documents/list.ts'
import { momentOf } from '../../wire/schemas/time.ts'
import type { Caller } from './auth.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { NO_STORE, respond } from './respond.ts'

/** Documents on a page that no `limit` was asked for. */
export const DEFAULT_LIMIT = 20

/** The query parameters of a list. */
export interface PageRequest {
  tenant?: string | undefined
  limit?: string | undefined
  cursor?: string | undefined
  created_after?: string | undefined
  created_before?: string | undefined
}

/** Whose rows a list shows: the caller's, or for the operator those of `tenant` (null = all). Refuses others who ask for it. */
export function listedTenant(caller: Caller, tenant: string | undefined): string | null {
  if (tenant === undefined) return caller.tenantId
  if (caller.reader.tenantId !== null) throw new ProblemError('forbidden', 'Only the operator may name other tenants.')
  return tenant === '*' ? null : tenant
}

/** The member that says whose a listed document is, when the operator named `tenant` (its value, even their own). */
export function shownTenant(tenant: string | undefined, ownerId: string): { tenant_id?: string } {
  return tenant === undefined ? {} : { tenant_id: ownerId }
}

/**
 * The page that is asked for. Refuses with `invalid_request` a cursor of another list or tenant.
 *
 * @param list the name of the list
 */
export function readPage(list: string, tenantId: string | null, query: PageRequest): PageQuery {
  return {
    tenantId,
    limit: query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit),
    before: query.cursor === undefined ? null : readCursor(cursorScope(list, tenantId), query.cursor),
    createdAfter: momentOf(query.created_after),
    createdBefore: momentOf(query.created_before),
  }
}

/** A page of rows that are all in memory. Its positions are those in the array. */
export function pageOf<T>(rows: readonly T[], { limit, before }: PageQuery): Page<T> {
  const start = before ?? 0
  return { rows: rows.slice(start, start + limit), next: start + limit < rows.length ? start + limit : null }
}

/** What the link to the next page needs of a request: its filters, on the public address. */
interface Asked {
  request: Request
  context: { settings: Pick<Context['settings'], 'publicUrl'> }
}

/** A page whose next one begins behind the position `next`; null = it is the last. Documents are JSON text. */
export function respondPage(
  asked: Asked,
  { list, tenantId, documents, next }: { list: string; tenantId: string | null; documents: readonly string[]; next: number | null },
): Response {
  const cursor = cursorOf(list, tenantId, next)
  return respondList(asked, documents, { parameter: 'cursor', value: cursor, more: cursor !== null })
}

/** The cursor of the page behind this position; null: there is none. */
export function cursorOf(list: string, tenantId: string | null, next: number | null): string | null {
  return next === null ? null : writeCursor(cursorScope(list, tenantId), next)
}

/** The query parameter that leads to the next page, and its value. */
export interface NextPage {
  parameter: 'cursor' | 'after'
  value: string | null
  /** False: nothing is there yet, and a value is where to go on later. */
  more: boolean
}

/** A page of documents (JSON text), with a link to the next one when there is more. */
export function respondList(asked: Asked, documents: readonly string[], next: NextPage): Response {
  const link = next.more && next.value !== null ? { link: nextLink(asked, next.parameter, next.value) } : {}
  return respond(200, listDocument(documents, next.more, next.value), { ...NO_STORE, ...link })
}

function nextLink({ request, context }: Asked, parameter: string, value: string): string {
  const { pathname, searchParams } = new URL(request.url)
  searchParams.set(parameter, value)
  return `<${context.settings.publicUrl()}${pathname}?${searchParams}>; rel="next"`
}

function cursorScope(list: string, tenantId: string | null): string {
  return `${list} ${tenantId ?? '*'}`
}

/** Lists: which page is asked for, and the page that answers. */
import { ProblemError } from '../../domain/errors.ts'
import type { Page, PageQuery } from '../../ports/page.ts'
import { momentOf } from '../../wire/schemas/common.ts'
import { type Caller, isAdmin } from './auth.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { NO_STORE, respond } from './respond.ts'

export const DEFAULT_LIMIT = 20

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
  if (!isAdmin(caller)) throw new ProblemError('forbidden', 'Only keys with the scope admin may list other tenants.')
  return tenant === '*' ? null : tenant
}

/** The member that tells whose a listed document is, when the operator named `tenant` (its value, even their own). */
export function shownTenant(tenant: string | undefined, ownerId: string): { tenant_id?: string } {
  return tenant === undefined ? {} : { tenant_id: ownerId }
}

/** @param list what is listed; with the tenant it is what a cursor is good for */
export function readPage(list: string, tenantId: string | null, query: PageRequest): PageQuery {
  return {
    tenantId,
    limit: query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit),
    before: query.cursor === undefined ? null : readCursor(cursorScope(list, tenantId), query.cursor),
    createdAfter: momentOf(query.created_after),
    createdBefore: momentOf(query.created_before),
  }
}

/**
 * @param page its rows as JSON text
 * @param url the request's; the link to the next page repeats its filters on our public address
 */
export function respondPage(list: string, tenantId: string | null, page: Page<string>, url: string, publicUrl: string): Response {
  const cursor = page.next === null ? null : writeCursor(cursorScope(list, tenantId), page.next)
  return respondList(page.rows, { parameter: 'cursor', value: cursor, more: cursor !== null }, url, publicUrl)
}

/** The query parameter that leads to the next page, and its value. */
export interface NextPage {
  parameter: 'cursor' | 'after'
  value: string | null
  /** False: nothing is there yet, and a value is where to go on later. */
  more: boolean
}

/** @param rows as JSON text; the rest as for `respondPage` */
export function respondList(rows: readonly string[], next: NextPage, url: string, publicUrl: string): Response {
  const text = `{"data":[${rows.join(',')}],"has_more":${next.more},"next_cursor":${JSON.stringify(next.value)}}`
  const link = next.more && next.value !== null ? { link: nextLink(url, publicUrl, next.parameter, next.value) } : {}
  return respond(200, text, { ...NO_STORE, ...link })
}

function nextLink(url: string, publicUrl: string, parameter: string, value: string): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.set(parameter, value)
  return `<${publicUrl}${pathname}?${searchParams}>; rel="next"`
}

function cursorScope(list: string, tenantId: string | null): string {
  return `${list} ${tenantId ?? '*'}`
}

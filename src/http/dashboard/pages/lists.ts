/** What pages with a list have in common: whose records they show, how their filter is read, and what a link of the API would be. */
import type { z } from 'zod'
import { ProblemError } from '../../../domain/errors.ts'
import type { PageQuery } from '../../../ports/page.ts'
import { PageParameters } from '../../../wire/schemas/list.ts'
import { cursorOf, readPage } from '../../kit/page.ts'
import { queryPointer, validate } from '../../kit/validate.ts'
import type { Filled, FilterField } from '../components/filters.ts'
import type { PageCall } from './page.ts'

const ROWS = '50'
/** As browsers and people write it; it means UTC. */
const LOCAL_MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(?:Z|z)?$/

/** Whose records a list shows, null = everybody's: the operator's view has all tenants unless one is named. */
export function listedTenant({ viewer, query }: Pick<PageCall, 'viewer' | 'query'>): string | null {
  const tenant = validate(PageParameters.tenant, query.tenant, () => '?tenant')
  if (viewer.reader.tenantId === null) return tenant === undefined || tenant === '*' ? null : tenant
  if (tenant !== undefined && tenant !== viewer.tenantId) throw new ProblemError('forbidden', 'Only the operator may list other tenants.')
  return viewer.tenantId
}

/** The members of a query that a schema knows, validated. Others are left aside: a page keeps its place when a link has more. */
export function readFilter<Q extends z.ZodObject>(schema: Q, query: Filled): z.output<Q> {
  const known = Object.keys(schema.shape).filter((name) => query[name] !== undefined)
  const given = known.map((name) => [name, /_(?:after|before)$/.test(name) ? utc(query[name] ?? '') : query[name]])
  return validate(schema, Object.fromEntries(given), queryPointer)
}

/** Which page of a list is asked for. */
export function pageQuery(list: string, tenantId: string | null, query: Filled): PageQuery {
  const { cursor, created_after, created_before } = query
  const moments = { created_after: created_after && utc(created_after), created_before: created_before && utc(created_before) }
  return readPage(`dashboard ${list}`, tenantId, { limit: ROWS, cursor, ...moments })
}

/** The cursor of the next page. */
export function nextCursor(list: string, tenantId: string | null, next: number | null): string | null {
  return cursorOf(`dashboard ${list}`, tenantId, next)
}

/** The field that chooses a tenant, for those who see several. */
export function tenantField({ viewer }: Pick<PageCall, 'viewer'>): FilterField[] {
  return viewer.reader.tenantId === null ? [{ name: 'tenant', label: 'Tenant' }] : []
}

/** The fields of a time of creation. */
export const CREATED_FIELDS: readonly FilterField[] = [
  { name: 'created_after', label: 'Created after (UTC)', isMoment: true },
  { name: 'created_before', label: 'Created before (UTC)', isMoment: true },
]

function utc(text: string): string {
  const [, day, minute, second = ':00'] = LOCAL_MOMENT.exec(text) ?? []
  return day === undefined ? text : `${day}T${minute}${second}Z`
}

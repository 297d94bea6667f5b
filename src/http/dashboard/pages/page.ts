/** What a page of the dashboard is: a path, the right it asks for, and what it answers. */

import { ProblemError } from '../../../domain/errors.ts'
import type { Context } from '../../../lifecycle/process/context.ts'
import type { IdKind } from '../../../ports/runtime.ts'
import { IdParams } from '../../../wire/schemas/id.ts'
import type { RequestSlot } from '../../admission/admission.ts'
import type { SubmitLimit } from '../../admission/submit-limit.ts'
import type { Filled } from '../components/filters.ts'
import type { Part } from '../components/html.ts'
import type { PageBody } from '../components/layout.ts'
import type { Right, Viewer } from '../session/viewer.ts'

/** One request for a page or an action. */
export interface PageCall {
  context: Context
  viewer: Viewer
  request: Request
  params: Readonly<Record<string, string>>
  query: Filled
  /** Of a POST. */
  form: URLSearchParams
  submitLimit: SubmitLimit
  /** What this request holds of the process. */
  slot: RequestSlot
}

/** What is answered: a page, the way to another one, or bytes. */
export type Answer = (PageBody & { status?: number }) | { goTo: string } | Response

/** A page, or an action of one. */
export interface PageRoute {
  method: 'get' | 'post'
  /** From `/dashboard` on, with `:name` for parameters. */
  path: string
  right: Right | null
  /** What it is called in the audit log, as the route of the API that does the same. Every action has one. */
  action?: string
  /** What chose its records, of an action that has a filter. */
  filterOf?(form: URLSearchParams): Readonly<Record<string, unknown>>
  handle(call: PageCall): Answer | Promise<Answer>
}

/** The id in the path. One that does not fit its kind is not looked up. */
export function idOf({ params }: PageCall, kind: IdKind): string {
  const parsed = IdParams(kind).safeParse({ id: params.id })
  if (!parsed.success) throw new ProblemError('not_found', 'Not an id of this kind.')
  return parsed.data.id
}

/** Whether the viewer may do this. */
export function may({ viewer }: Pick<PageCall, 'viewer'>, right: Right): boolean {
  return viewer.rights.has(right)
}

/** A part that only viewers with this right see. */
export function ifMay(call: Pick<PageCall, 'viewer'>, right: Right, part: () => Part): Part {
  return may(call, right) ? part() : null
}

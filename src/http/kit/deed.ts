/** What a request does, for the audit log. */
import { createDeed, type Deed } from '../../lifecycle/commit/deed.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import { originOf } from '../../wire/schemas/delivery.ts'
import type { Caller } from './auth.ts'

/** How the command line names itself in `user-agent`. */
const CLI = /^ringback-cli\//

/** A request that changes something. */
export interface ChangingRequest {
  action: string
  caller: Caller
  request: Request
  params: Readonly<Record<string, unknown>> | undefined
  query: Readonly<Record<string, unknown>> | undefined
  body: unknown
  requestId: string
}

/** The deed that this request is. */
export function deedOf({ ids, clock }: Pick<Context, 'ids' | 'clock'>, asked: ChangingRequest): Deed {
  const { action, caller, request, params, query, requestId } = asked
  const body = (asked.body ?? {}) as { filter?: object; all?: true; destination?: unknown }
  const chosen = body.filter ?? (body.all === undefined ? null : { all: true })
  const tenant = query?.tenant === undefined ? {} : { tenant: query.tenant }
  const target = Object.values(params ?? {})[0] ?? (chosen === null ? body.destination : undefined)
  return createDeed({
    id: ids.next('aud'),
    at: clock.now(),
    actor: {
      keyId: caller.access.keyId,
      tenantId: caller.tenantId,
      via: CLI.test(request.headers.get('user-agent') ?? '') ? 'cli' : 'api',
    },
    action,
    target: typeof target === 'string' ? withoutPath(target) : null,
    filter: chosen === null ? null : { ...chosen, ...ofDestination(chosen), ...tenant },
    requestId,
  })
}

/** A URL may hold a secret in its query: its origin says enough. */
function ofDestination({ destination }: { destination?: unknown }): { destination?: string } {
  return typeof destination === 'string' ? { destination: withoutPath(destination) } : {}
}

function withoutPath(text: string): string {
  return originOf(text) ?? text
}

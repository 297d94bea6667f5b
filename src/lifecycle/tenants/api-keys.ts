import { newKey } from '../../domain/api-key.ts'
import { ProblemError } from '../../domain/errors.ts'
import { type ApiKey, DEFAULT_TENANT_ID, OPERATOR_SCOPES, type Scope } from '../../domain/tenant.ts'
import { maySee, notFound } from '../access/find-job.ts'
import { type CommitContext, commit } from '../commit/commit.ts'
import type { Context, Reader } from '../process/context.ts'

/** What a new API key is made of. */
export interface NewApiKey {
  name: string | null
  scopes: readonly Scope[]
  expiresAt: number | null
}

/**
 * A new key of a tenant; `secret` is the key itself and shown this once. Refuses with `not_found` (the tenant), or
 * `invalid_request` when a tenant other than `default` is to have a scope of the operator.
 */
export async function createApiKey(
  context: CommitContext & Pick<Context, 'ids' | 'randomBytes'>,
  tenantId: string,
  input: NewApiKey,
): Promise<{ key: ApiKey; secret: string }> {
  if (!(await context.store.tenants.find(tenantId))) throw notFound()
  const reserved = input.scopes.find((scope) => OPERATOR_SCOPES.includes(scope))
  if (reserved !== undefined && tenantId !== DEFAULT_TENANT_ID) {
    throw new ProblemError('invalid_request', `Only keys of the tenant "default" can have the scope ${reserved}.`, {
      faults: [{ pointer: '/scopes', detail: `${reserved} is for keys of the tenant "default".` }],
    })
  }
  const { secret, prefix, hash } = newKey(context.randomBytes)
  const key: ApiKey = {
    id: context.ids.next('key'),
    tenantId,
    ...input,
    prefix,
    hash,
    createdAt: context.clock.now(),
    revokedAt: null,
  }
  await commit(context, [{ write: 'insertApiKey', key }])
  return { key, secret }
}

/** Ends a key at once. Refuses with `not_found`, also for one that was revoked before. */
export async function revokeApiKey(context: CommitContext, reader: Reader, id: string): Promise<void> {
  const key = await context.store.tenants.apiKey(id)
  if (!key || !maySee(reader, key.tenantId)) throw notFound()
  if (!(await commit(context, [{ write: 'revokeApiKey', tenantId: key.tenantId, id, at: context.clock.now() }]))) throw notFound()
}

import { column, index, nullable, type RowOf, table, unique } from './column.ts'

/** Owners of jobs and endpoints. */
export const tenants = table('tenants', {
  seq: column('sequence'),
  id: unique(column('text')),
  name: column('text'),
  limits: column('text'),
  created_at: column('time'),
  version: column('integer'),
})

/** Keys of the API, as hashes. */
export const api_keys = table(
  'api_keys',
  {
    seq: column('sequence'),
    id: unique(column('text')),
    tenant_id: column('text'),
    name: nullable(column('text')),
    hash: unique(column('bytes')),
    prefix: column('text'),
    scopes: column('text'),
    created_at: column('time'),
    expires_at: nullable(column('time')),
    revoked_at: nullable(column('time')),
  },
  [index('api_keys_tenant', ['tenant_id'])],
)

/** Secrets that callbacks are signed with, encrypted. */
export const signing_secrets = table(
  'signing_secrets',
  {
    seq: column('sequence'),
    id: unique(column('text')),
    tenant_id: column('text'),
    endpoint_id: nullable(column('text')),
    /** The encrypted secret. */
    sealed: column('text'),
    created_at: column('time'),
    expires_at: nullable(column('time')),
  },
  [index('signing_secrets_owner', ['tenant_id', 'endpoint_id'])],
)

/** A row of `tenants`. */
export type TenantRow = RowOf<typeof tenants>
/** A row of `api_keys`. */
export type ApiKeyRow = RowOf<typeof api_keys>
/** A row of `signing_secrets`. */
export type SigningSecretRow = RowOf<typeof signing_secrets>

import { column, index, nullable, type RowOf, table, unique } from './column.ts'

export const tenants = table('tenants', {
  seq: column('sequence'),
  id: unique(column('text')),
  name: column('text'),
  limits: column('text'),
  created_at: column('time'),
  version: column('integer'),
})

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

export type TenantRow = RowOf<typeof tenants>
export type ApiKeyRow = RowOf<typeof api_keys>
export type SigningSecretRow = RowOf<typeof signing_secrets>

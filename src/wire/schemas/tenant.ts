/** Tenants and their API keys on the wire. */
import { z } from '@hono/zod-openapi'
import { SCOPES } from '../../domain/tenant.ts'
import { Moment, PageParameters, Time, textSchema } from './common.ts'

const ScopeName = z.enum(SCOPES).openapi('Scope')

const Ceiling = z.int().min(1)

/** A missing or null member is no ceiling. */
const Limits = z
  .strictObject({ submits_per_minute: Ceiling.nullish(), pending_jobs: Ceiling.nullish(), running_jobs: Ceiling.nullish() })
  .openapi('TenantLimits', { description: 'A missing member is no ceiling.' })

export type WireLimits = z.output<typeof Limits>

const Name = textSchema(1, 200)
const OwnerId = z.string().optional().openapi({ description: 'In lists, with `tenant` only.' })

export const CreateTenant = z.strictObject({ name: Name, limits: z.union([Limits, z.null()]).optional() }).openapi('CreateTenant')

export const UpdateTenant = z
  .strictObject({ name: Name.optional(), limits: Limits.optional().openapi({ description: 'Replaces the limits as a whole.' }) })
  .openapi('UpdateTenant')

export const Tenant = z.object({ id: z.string(), tenant_id: OwnerId, name: z.string(), limits: Limits, created_at: Time }).openapi('Tenant')

export const ListTenants = z.strictObject(PageParameters)

export const CreateApiKey = z
  .strictObject({
    name: Name.nullish(),
    scopes: z
      .array(ScopeName)
      .min(1, 'Must have at least one scope.')
      .refine((scopes) => new Set(scopes).size === scopes.length, 'Must not have a scope twice.')
      .openapi({ uniqueItems: true }),
    expires_at: Moment.nullish(),
  })
  .openapi('CreateApiKey')

const apiKeyMembers = {
  id: z.string(),
  tenant_id: OwnerId,
  name: z.string().nullable(),
  prefix: z.string(),
  scopes: z.array(ScopeName),
  created_at: Time,
  expires_at: Time.nullable(),
  revoked_at: Time.nullable(),
}

export const ApiKey = z.object(apiKeyMembers).openapi('ApiKey')

export const NewApiKey = z.object({ ...apiKeyMembers, key: z.string().openapi({ description: 'Shown this once.' }) }).openapi('NewApiKey')

export const ListApiKeys = z.strictObject(PageParameters)

/** Tenants and their API keys on the wire. */
import { z } from 'zod'
import { SCOPES } from '../../domain/tenant.ts'
import { Moment, PageParameters, Time, textSchema } from './common.ts'

const ScopeName = z.enum(SCOPES).meta({ id: 'Scope' })

const Ceiling = z.int().min(1)

/** A missing or null member is no ceiling. */
const Limits = z
  .strictObject({ submits_per_minute: Ceiling.nullish(), pending_jobs: Ceiling.nullish(), running_jobs: Ceiling.nullish() })
  .meta({ id: 'TenantLimits', description: 'A missing member is no ceiling.' })

export type WireLimits = z.output<typeof Limits>

const Name = textSchema(1, 200)
const OwnerId = z.string().optional().meta({ description: 'In lists, with `tenant` only.' })

export const CreateTenant = z.strictObject({ name: Name, limits: z.union([Limits, z.null()]).optional() }).meta({ id: 'CreateTenant' })

export const UpdateTenant = z
  .strictObject({
    name: Name.optional(),
    limits: Limits.optional().register(z.globalRegistry, { description: 'Replaces the limits as a whole.' }),
  })
  .meta({ id: 'UpdateTenant' })

export const Tenant = z
  .object({ id: z.string(), tenant_id: OwnerId, name: z.string(), limits: Limits, created_at: Time })
  .meta({ id: 'Tenant' })

export const ListTenants = z.strictObject(PageParameters)

export const CreateApiKey = z
  .strictObject({
    name: Name.nullish(),
    scopes: z
      .array(ScopeName)
      .min(1, 'Must have at least one scope.')
      .refine((scopes) => new Set(scopes).size === scopes.length, 'Must not have a scope twice.')
      .meta({ uniqueItems: true }),
    expires_at: Moment.nullish(),
  })
  .meta({ id: 'CreateApiKey' })

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

export const ApiKey = z.object(apiKeyMembers).meta({ id: 'ApiKey' })

export const NewApiKey = z.object({ ...apiKeyMembers, key: z.string().meta({ description: 'Shown this once.' }) }).meta({ id: 'NewApiKey' })

export const ListApiKeys = z.strictObject(PageParameters)

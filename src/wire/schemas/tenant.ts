/** Tenants on the wire. */
import { z } from 'zod'
import { PageParameters } from './list.ts'
import { textSchema } from './text.ts'
import { Time } from './time.ts'

const Ceiling = z.int().min(1)

/** A missing or null member is no ceiling. */
const Limits = z
  .strictObject({ submits_per_minute: Ceiling.nullish(), pending_jobs: Ceiling.nullish(), running_jobs: Ceiling.nullish() })
  .meta({ id: 'TenantLimits', description: 'A missing member is no ceiling.' })

/** The limits of a tenant as a caller sends them. */
export type WireLimits = z.output<typeof Limits>

/** The name of a tenant or of a key. */
export const Name = textSchema(1, 200)
/** Whose the document is. */
export const OwnerId = z.string().optional().meta({ description: 'In lists, with `tenant` only.' })

/** The body of `POST /v1/tenants`. */
export const CreateTenant = z.strictObject({ name: Name, limits: z.union([Limits, z.null()]).optional() }).meta({ id: 'CreateTenant' })

/** The body of `PATCH /v1/tenants/{id}`. */
export const UpdateTenant = z
  .strictObject({
    name: Name.optional(),
    limits: Limits.optional().register(z.globalRegistry, { description: 'Replaces the limits as a whole.' }),
  })
  .meta({ id: 'UpdateTenant' })

/** The tenant document. */
export const Tenant = z
  .object({ id: z.string(), tenant_id: OwnerId, name: z.string(), limits: Limits, created_at: Time })
  .meta({ id: 'Tenant' })

/** The query of `GET /v1/tenants`. */
export const ListTenants = z.strictObject(PageParameters)

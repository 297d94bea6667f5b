/** API keys on the wire. */
import { z } from 'zod'
import { SCOPES } from '../../domain/tenant.ts'
import { PageParameters } from './list.ts'
import { Name, OwnerId } from './tenant.ts'
import { Moment, Time } from './time.ts'

const ScopeName = z.enum(SCOPES).meta({ id: 'Scope' })

/** The body of `POST /v1/tenants/{id}/api-keys`. */
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

/** The document of an API key. */
export const ApiKey = z.object(apiKeyMembers).meta({ id: 'ApiKey' })

/** The document of a new API key with the key itself, answered once. */
export const NewApiKey = z.object({ ...apiKeyMembers, key: z.string().meta({ description: 'Shown this once.' }) }).meta({ id: 'NewApiKey' })

/** The query of `GET /v1/tenants/{id}/api-keys`. */
export const ListApiKeys = z.strictObject(PageParameters)

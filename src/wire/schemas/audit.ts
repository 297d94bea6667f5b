/** The audit log on the wire. */
import { z } from 'zod'
import { AUDIT_WAYS } from '../../domain/audit.ts'
import { CreatedRange, PageParameters } from './list.ts'
import { OwnerId } from './tenant.ts'
import { Time } from './time.ts'

/** The document of a deed. */
export const AuditEntry = z
  .object({
    id: z.string(),
    tenant_id: OwnerId,
    at: Time,
    actor: z.object({
      key_id: z.string().nullable().meta({ description: 'Null: ADMIN_API_KEY.' }),
      tenant_id: z.string(),
      via: z.enum(AUDIT_WAYS),
    }),
    action: z.string().meta({ example: 'dead_letters.replay' }),
    target: z.string().nullable().meta({ description: 'Id or name of what it was done to; null when a filter chose.' }),
    filter: z.record(z.string(), z.unknown()).nullable(),
    count: z.int().meta({ description: 'Records it changed.' }),
    request_id: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })

/** The query of `GET /v1/audit`. */
export const ListAudit = z.strictObject({ ...CreatedRange, ...PageParameters })

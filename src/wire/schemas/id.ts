/** Ids on the wire: `<kind>_<letters and digits>`. */
import { z } from 'zod'
import { DEFAULT_TENANT_ID } from '../../domain/tenant.ts'
import type { IdKind } from '../../ports/runtime.ts'

/** An id of one kind. A path parameter that does not fit is not looked up. */
export function idSchema(kind: IdKind) {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[0-9a-z]{1,64}$`), `Not an id that begins with ${kind}_.`)
    .meta({ example: kind === 'tnt' ? DEFAULT_TENANT_ID : `${kind}_019a9e3c5d2f7a10b5c3d4e5f6071829` })
}

/** The path parameter `{id}` of a route about one record of this kind. */
export const IdParams = (kind: IdKind) => z.object({ id: idSchema(kind) })

/** A tenant's document lacks a member that the OpenAPI document promises. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'wire/documents/tenant.ts',
  'return { id, name, limits, created_at: timestamp(createdAt) }',
  'return { id, limits, created_at: timestamp(createdAt) }',
)

/** A job as a long-running operation. */
import { z } from 'zod'
import { OPERATION_STATUSES } from '../documents/operation.ts'
import { Time } from './time.ts'

const OperationStatus = z.enum(OPERATION_STATUSES).meta({ id: 'OperationStatus' })

/** The operation document. */
export const Operation = z
  .object({
    id: z.string().meta({ description: 'The id of the job.' }),
    status: OperationStatus,
    createdDateTime: Time,
    lastActionDateTime: Time,
    percentComplete: z.int().nullable(),
    result: z.unknown().nullable().meta({ description: 'After the end: a JSON result of at most 64 KiB.' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable().meta({ description: 'With `Failed` only.' }),
  })
  .meta({ id: 'Operation' })

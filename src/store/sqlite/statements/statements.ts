/** The text of every write, by the name that a step gives. */
import type { StatementName } from '../../steps/change.ts'
import type { Param, Step } from '../../steps/step.ts'
import { AUDIT_STATEMENTS } from './audit.ts'
import { DELIVERY_STATEMENTS } from './deliveries.ts'
import { DESTINATION_STATEMENTS } from './destinations.ts'
import { ENDPOINT_STATEMENTS } from './endpoints.ts'
import { GROUP_STATEMENTS } from './groups.ts'
import { JOB_TYPE_PAUSE_STATEMENTS } from './job-type-pauses.ts'
import { JOB_STATEMENTS } from './jobs.ts'
import { SESSION_STATEMENTS } from './sessions.ts'
import { plain, type Statement, valuesOf } from './statement.ts'
import { TENANT_STATEMENTS } from './tenants.ts'
import { WORKER_STATEMENTS } from './workers.ts'

/** All of them. */
export const STATEMENTS: Readonly<Record<StatementName, Statement>> = {
  ...JOB_STATEMENTS,
  ...DELIVERY_STATEMENTS,
  ...DESTINATION_STATEMENTS,
  ...ENDPOINT_STATEMENTS,
  ...TENANT_STATEMENTS,
  ...WORKER_STATEMENTS,
  ...SESSION_STATEMENTS,
  ...GROUP_STATEMENTS,
  ...AUDIT_STATEMENTS,
  ...JOB_TYPE_PAUSE_STATEMENTS,
  putMeta: plain('INSERT INTO meta (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
  addMeta: plain('INSERT INTO meta (key, value) VALUES (@key, @value) ON CONFLICT (key) DO NOTHING'),
}

/** A step with its values in the order of the statement: what crosses to the writer. */
export interface BoundStep {
  statement: string
  values: Param[]
}

/** The step with its parameters in the order of the text. */
export function bind({ statement, params }: Step<StatementName>): BoundStep {
  return { statement, values: valuesOf(STATEMENTS[statement].names, params) }
}

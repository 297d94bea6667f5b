/** The writes of worker processes as steps. */
import type { Write } from '../../ports/change.ts'
import type { WorkerProcess } from '../../ports/workers.ts'
import { infoText, workerRow } from '../rows/worker-row.ts'
import type { Step } from './step.ts'

/** The names of these statements. */
export type WorkerStatement = 'insertWorker' | 'renewWorker' | 'removeWorker'

type WorkerStep = Step<WorkerStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

/** A process that joins. */
export function insertWorker(worker: WorkerProcess): WorkerStep[] {
  return [{ statement: 'insertWorker', params: workerRow(worker) }]
}

/** Its heartbeat. Guarded: it must not have been removed. */
export function renewWorker({ id, at, info }: Of<'renewWorker'>): WorkerStep[] {
  return [{ statement: 'renewWorker', params: { id, renewed_at: at, card: infoText(info) } }]
}

/** A process that leaves, or is declared dead. */
export function removeWorker({ id, renewedAt }: Of<'removeWorker'>): WorkerStep[] {
  return [{ statement: 'removeWorker', params: { id, renewed_at: renewedAt } }]
}

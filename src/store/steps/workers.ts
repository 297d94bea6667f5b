/** The writes of worker processes as steps. */
import type { Write } from '../../ports/change.ts'
import type { WorkerProcess } from '../../ports/workers.ts'
import { infoText, workerRow } from '../rows/worker-row.ts'
import type { Step } from './step.ts'

export type WorkerStatement = 'insertWorker' | 'renewWorker' | 'removeWorker'

type WorkerStep = Step<WorkerStatement>
type Of<Name extends Write['write']> = Extract<Write, { write: Name }>

export function insertWorker(worker: WorkerProcess): WorkerStep[] {
  return [{ statement: 'insertWorker', params: workerRow(worker) }]
}

export function renewWorker({ id, at, info }: Of<'renewWorker'>): WorkerStep[] {
  return [{ statement: 'renewWorker', params: { id, renewed_at: at, card: infoText(info) } }]
}

export function removeWorker({ id, renewedAt }: Of<'removeWorker'>): WorkerStep[] {
  return [{ statement: 'removeWorker', params: { id, renewed_at: renewedAt } }]
}

import type { WorkerProcess } from '../../ports/workers.ts'
import { timestamp } from './timestamp.ts'

/** The document of a process of this installation. */
export function workerDocument({ id, startedAt, renewedAt, info }: WorkerProcess) {
  const { role, host, pid, version, threads, running } = info
  const times = { started_at: timestamp(startedAt), heartbeat_at: timestamp(renewedAt) }
  return { id, role, host, pid, version, ...times, threads, running }
}

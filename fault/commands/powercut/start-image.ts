/** Starts the real service on what a power cut left, and asks it for everything that had been told. */
import { join } from 'node:path'
import { removeFolder, type Service, startService } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import type { Entry } from '../../harness/history.ts'
import { integrityOf } from '../../harness/integrity.ts'
import { pollUntilSettled } from '../../harness/settle.ts'
import { layImage } from './check-image.ts'
import type { Crash } from './replay.ts'

/** Nobody receives any more: one try, then each callback is a dead letter. */
const ENV = { LOG_LEVEL: 'warn', CALLBACK_RETRY_SCHEDULE: 'none', CALLBACK_BREAKER: 'off' }
const BOUND_MS = 10_000

export interface Start {
  /** Milliseconds until ready. */
  readyMs: number
  /** What went wrong, a line each. */
  failures: string[]
}

/** @param folder made for this start; gone afterwards unless something went wrong */
export async function startImage({ kind, files, told }: Crash, folder: string): Promise<Start> {
  const dataDir = join(folder, 'data')
  layImage(files, dataDir)
  const failures: string[] = []
  let readyMs = Number.POSITIVE_INFINITY
  let service: Service | null = null
  try {
    service = await startService({ dataDir, handlersDir: HANDLERS, env: ENV })
    readyMs = service.readyMs
    const last = new Map<string, Extract<Entry, { kind: 'poll' }>>()
    await pollUntilSettled(service, [...told.keys()], BOUND_MS, (entry) => {
      if (entry.kind === 'poll') last.set(entry.jobId, entry)
    })
    for (const [id, end] of told) {
      const { httpStatus = 0, status = null, callback = null } = last.get(id) ?? {}
      const isSettled =
        httpStatus === 200 && callback !== 'pending' && (end === null ? status !== 'pending' && status !== 'running' : status === end)
      if (!isSettled) failures.push(`${id}: ${httpStatus} ${status}, callback ${callback}${end === null ? '' : `; ${end} had been told`}`)
    }
    const { code } = await service.stop()
    if (code !== 0) failures.push(`the orderly stop exited with ${code}`)
    const integrity = integrityOf(dataDir)
    if (integrity !== 'ok') failures.push(`integrity_check: ${integrity}`)
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error))
    await service?.kill()
  }
  if (failures.length === 0) await removeFolder(folder)
  return { readyMs, failures: failures.map((failure) => `start on an image (${kind}): ${failure}`) }
}

/**
 * A dead-letter queue as an outage leaves it, written through the store before the service starts: each record by the
 * domain's own steps, only that no receiver had to fail a hundred thousand times first.
 */
import { mkdirSync } from 'node:fs'
import { finishAttempt, type SendOutcome } from '../../src/domain/attempt.ts'
import { newDelivery, startSending } from '../../src/domain/delivery.ts'
import { destinationOf } from '../../src/domain/destination.ts'
import { endRun } from '../../src/domain/end-run.ts'
import { eventBody } from '../../src/domain/event.ts'
import { isFinished, JOB_EVENT_TYPES, newJob, startJob } from '../../src/domain/job.ts'
import type { JobResult } from '../../src/domain/job-outcome.ts'
import { DEFAULT_TENANT_ID } from '../../src/domain/tenant.ts'
import type { Change } from '../../src/ports/change.ts'
import { systemIds } from '../../src/runtime/ids.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { loadMasterKey } from '../../src/store/folder/master-key.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { openSqliteStore } from '../../src/store/sqlite/open.ts'
import { jobDocument } from '../../src/wire/documents/job.ts'

const BATCH = 500
const NEVER_AGAIN = { schedule: [], jitter: 0 }
const SETTINGS = { publicUrl: () => 'http://127.0.0.1', retentionMs: 30 * 24 * 3600_000 }
const RESULT = { kind: 'json', bytes: Buffer.from('{"done":true}') } satisfies JobResult

/** Webhook-ids of the dead letters by their reason: what the receiver answered at the last try. */
export interface DeadBacklog {
  exhausted: Set<string>
  gone: Set<string>
}

/**
 * Lays `count` dead letters for `url` into a fresh data folder; one in `goneEvery` was answered 410, the others 503. All of it
 * happened at `now`, milliseconds since the epoch.
 */
export async function layDeadLetters(
  dataDir: string,
  url: string,
  count: number,
  goneEvery: number,
  now: number = Date.now(),
): Promise<DeadBacklog> {
  mkdirSync(dataDir, { recursive: true })
  const store = await openSqliteStore({
    path: databasePath(dataDir),
    encryptor: createEncryptor(loadMasterKey({ dataDir })),
    now,
    onFatal: (error) => {
      throw error
    },
  })
  const backlog: DeadBacklog = { exhausted: new Set(), gone: new Set() }
  try {
    for (let n = 0; n < count; ) {
      const changes: Change[] = []
      for (; changes.length < BATCH && n < count; n++) {
        const reason = n % goneEvery === 0 ? 'gone' : 'exhausted'
        const { eventId, change } = deadLetter(url, reason === 'gone' ? 410 : 503, now)
        backlog[reason].add(eventId)
        changes.push(change)
      }
      await Promise.all(changes.map((change) => store.commit(change)))
    }
    return backlog
  } finally {
    await store.close()
  }
}

/** A job that ended and whose one callback was answered with this status, everything in one change. */
function deadLetter(url: string, status: number, now: number): { eventId: string; change: Change } {
  const about = { type: 'fault.noop', priority: 0, tags: [], metadata: {}, traceparent: null, runAt: null, rerunOf: null }
  const callback = { url, events: JOB_EVENT_TYPES, headers: {} }
  const job = newJob(
    { id: systemIds.next('job'), tenantId: DEFAULT_TENANT_ID, ...about, callback, timeoutMs: 1000, maxAttempts: 1 },
    now,
    null,
  )
  const running = startJob(job, 'gone.2', now)
  const ended = endRun(running, { kind: 'completed', result: RESULT }, now, 0)
  if (!isFinished(ended)) throw new Error('the job has not ended')
  const view = { job: ended, progress: null, progressRevision: 0, settledAt: null, inlineResult: RESULT.bytes, callbackDelivery: null }
  const type = 'job.completed'
  const body = eventBody(type, now, jobDocument(view, null, SETTINGS))
  const event = { id: systemIds.next('evt'), tenantId: job.tenantId, type, jobId: job.id, body, createdAt: now }
  const target = { url, destination: destinationOf(job.tenantId, url), endpointId: null }
  const subject = { tenantId: job.tenantId, eventId: event.id, eventType: type, jobId: job.id, jobType: job.type }
  const delivery = newDelivery({ id: systemIds.next('dlv'), ...subject, ...target }, NEVER_AGAIN, now, null)
  const sending = startSending(delivery, 'gone.2')
  const outcome: SendOutcome = {
    kind: 'answered',
    status,
    error: null,
    errorCause: null,
    ms: 1,
    responseHeaders: {},
    responseBody: new Uint8Array(),
  }
  const { delivery: dead, attempt } = finishAttempt(
    sending,
    { outcome, sent: null, startedAt: now, now, openAt: null, random: 0 },
    NEVER_AGAIN,
  )
  if (dead.status !== 'dead' || attempt === null) throw new Error('the delivery is not dead')
  const change: Change = [
    { write: 'insertJob', job, payload: Buffer.from('{}') },
    { write: 'updateJob', job: running },
    { write: 'updateJob', job: ended },
    { write: 'insertResult', jobId: job.id, bytes: RESULT.bytes },
    { write: 'insertEvent', event },
    { write: 'insertDelivery', delivery },
    { write: 'updateDelivery', delivery: sending },
    { write: 'updateDelivery', delivery: dead },
    { write: 'insertAttempt', attempt },
    { write: 'settleJob', jobId: job.id, at: now },
  ]
  return { eventId: event.id, change }
}

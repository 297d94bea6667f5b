/** Every write of the port as steps for the writer. */
import type { Change, Write } from '../../../ports/change.ts'
import type { Encryptor } from '../../rows/encryption.ts'
import * as delivery from './delivery-writes.ts'
import { DESTINATION_STATEMENTS, purgeDestinations, putDestination } from './destination-rows.ts'
import * as endpoint from './endpoint-rows.ts'
import * as job from './job-writes.ts'
import { plain, type Step } from './step.ts'
import * as tenant from './tenant-writes.ts'
import { insertWorker, removeWorker, renewWorker, WORKER_STATEMENTS } from './worker-rows.ts'

export const STATEMENTS = {
  ...job.JOB_STATEMENTS,
  ...delivery.DELIVERY_STATEMENTS,
  ...DESTINATION_STATEMENTS,
  ...endpoint.ENDPOINT_STATEMENTS,
  ...tenant.TENANT_STATEMENTS,
  ...WORKER_STATEMENTS,
  putMeta: plain('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
}

export type StatementName = keyof typeof STATEMENTS

export function stepsOf(change: Change, encryptor: Encryptor): Step<StatementName>[] {
  return change.flatMap((write) => stepsOfWrite(write, encryptor))
}

function stepsOfWrite(write: Write, encryptor: Encryptor): Step<StatementName>[] {
  switch (write.write) {
    case 'insertJob':
      return job.insertJob(write.job, write.payload, encryptor)
    case 'updateJob':
      return job.updateJob(write.job)
    case 'insertResult':
      return job.insertResult(write.jobId, write.bytes)
    case 'updateProgress':
      return job.updateProgress(write.jobId, write.lease, write.progress)
    case 'markRerun':
      return job.markRerun(write.jobId, write.rerunId, write.onlyFirst)
    case 'insertIdempotencyKey':
      return job.insertIdempotencyKey(write.tenantId, write.key, write.bodyHash, write.jobId)
    case 'insertEvent':
      return delivery.insertEvent(write.event)
    case 'insertDelivery':
      return delivery.insertDelivery(write.delivery)
    case 'updateDelivery':
      return delivery.updateDelivery(write.delivery)
    case 'insertAttempt':
      return delivery.insertAttempt(write.attempt)
    case 'putDestination':
      return putDestination(write.destination)
    case 'purgeDestinations':
      return purgeDestinations(write.before, write.limit)
    case 'settleJob':
      return job.settleJob(write.jobId, write.at)
    case 'unsettleJob':
      return job.unsettleJob(write.jobId)
    case 'purgeJob':
      return job.purgeJob(write.jobId, write.settledBefore, write.goneUntil)
    case 'purgeEvent':
      return delivery.purgeEvent(write.id, write.endedBefore)
    case 'purgeTombstones':
      return job.purgeTombstones(write.before, write.limit)
    case 'insertTenant':
      return tenant.insertTenant(write.tenant)
    case 'updateTenant':
      return tenant.updateTenant(write.tenant)
    case 'insertApiKey':
      return tenant.insertApiKey(write.key)
    case 'revokeApiKey':
      return tenant.revokeApiKey(write.id, write.at)
    case 'insertSigningSecret':
      return tenant.insertSigningSecret(write.secret, encryptor)
    case 'rotateSigningSecret':
      return tenant.rotateSigningSecret(write.previousId, write.previousExpiresAt, write.secret, encryptor)
    case 'insertEndpoint':
      return endpoint.insertEndpoint(write.endpoint, encryptor)
    case 'updateEndpoint':
      return endpoint.updateEndpoint(write.endpoint, encryptor)
    case 'deleteEndpoint':
      return endpoint.deleteEndpoint(write.endpoint)
    case 'insertWorker':
      return insertWorker(write.worker)
    case 'renewWorker':
      return renewWorker(write.id, write.at, write.card)
    case 'removeWorker':
      return removeWorker(write.id, write.renewedAt)
    default:
      return write satisfies never
  }
}

/** Every write of the port as steps: the same for all SQL dialects. */
import type { Change, Write } from '../../ports/change.ts'
import type { Encryptor } from '../rows/encryption.ts'
import * as audit from './audit.ts'
import * as delivery from './deliveries.ts'
import * as destination from './destinations.ts'
import * as endpoint from './endpoints.ts'
import * as group from './groups.ts'
import * as jobTypePause from './job-type-pauses.ts'
import * as job from './jobs.ts'
import * as session from './sessions.ts'
import type { Step } from './step.ts'
import * as tenant from './tenants.ts'
import * as worker from './workers.ts'

/** The statements that a dialect must have. */
export type StatementName =
  | job.JobStatement
  | delivery.DeliveryStatement
  | destination.DestinationStatement
  | endpoint.EndpointStatement
  | tenant.TenantStatement
  | worker.WorkerStatement
  | session.SessionStatement
  | group.GroupStatement
  | audit.AuditStatement
  | jobTypePause.JobTypePauseStatement
  | 'putMeta'
  | 'addMeta'

/** The steps of a change, in its order; what is secret is encrypted on the way. */
export function stepsOf(change: Change, encryptor: Encryptor): Step<StatementName>[] {
  return change.flatMap((write) => stepsOfWrite(write, encryptor))
}

/** The step that writes a value of `meta`. */
export function putMeta(key: string, value: string): Step<StatementName>[] {
  return [{ statement: 'putMeta', params: { key, value } }]
}

/** The same, unless there is one already. */
export function addMeta(key: string, value: string): Step<StatementName>[] {
  return [{ statement: 'addMeta', params: { key, value } }]
}

function stepsOfWrite(write: Write, encryptor: Encryptor): Step<StatementName>[] {
  switch (write.write) {
    case 'insertJob':
      return job.insertJob(write.job, write.payload, encryptor)
    case 'updateJob':
      return job.updateJob(write.job, write.heldUnder)
    case 'insertResult':
      return job.insertResult(write)
    case 'updateProgress':
      return job.updateProgress(write)
    case 'joinGroup':
      return group.joinGroup(write)
    case 'leaveGroup':
      return group.leaveGroup(write)
    case 'closeGroup':
      return group.closeGroup(write)
    case 'completeGroup':
      return group.completeGroup(write)
    case 'purgeGroups':
      return group.purgeGroups(write)
    case 'markStuck':
      return job.markStuck(write)
    case 'markRerun':
      return job.markRerun(write)
    case 'insertIdempotencyKey':
      return job.insertIdempotencyKey(write)
    case 'insertEvent':
      return delivery.insertEvent(write.event)
    case 'insertDelivery':
      return delivery.insertDelivery(write.delivery)
    case 'updateDelivery':
      return delivery.updateDelivery(write.delivery, write.heldUnder)
    case 'insertAttempt':
      return delivery.insertAttempt(write.attempt)
    case 'putDestination':
      return destination.putDestination(write.destination)
    case 'purgeDestinations':
      return destination.purgeDestinations(write)
    case 'lengthenHorizons':
      return destination.lengthenHorizons(write)
    case 'putJobTypePause':
      return jobTypePause.putJobTypePause(write.pause)
    case 'endJobTypePause':
      return jobTypePause.endJobTypePause(write)
    case 'settleJob':
      return job.settleJob(write)
    case 'unsettleJob':
      return job.unsettleJob(write)
    case 'purgeJob':
      return job.purgeJob(write)
    case 'purgeEvent':
      return delivery.purgeEvent(write)
    case 'purgeTombstones':
      return job.purgeTombstones(write)
    case 'insertTenant':
      return tenant.insertTenant(write.tenant)
    case 'updateTenant':
      return tenant.updateTenant(write.tenant)
    case 'insertApiKey':
      return tenant.insertApiKey(write.key)
    case 'revokeApiKey':
      return tenant.revokeApiKey(write)
    case 'insertSigningSecret':
      return tenant.insertSigningSecret(write.secret, encryptor)
    case 'rotateSigningSecret':
      return tenant.rotateSigningSecret(write, encryptor)
    case 'insertEndpoint':
      return endpoint.insertEndpoint(write.endpoint, encryptor)
    case 'updateEndpoint':
      return endpoint.updateEndpoint(write.endpoint, encryptor)
    case 'deleteEndpoint':
      return endpoint.deleteEndpoint(write.endpoint)
    case 'insertWorker':
      return worker.insertWorker(write.worker)
    case 'renewWorker':
      return worker.renewWorker(write)
    case 'removeWorker':
      return worker.removeWorker(write)
    case 'recordDeed':
      return audit.recordDeed(write.entry)
    case 'purgeAudit':
      return audit.purgeAudit(write)
    case 'insertSession':
      return session.insertSession(write.session)
    case 'deleteSession':
      return session.deleteSession(write)
    case 'purgeSessions':
      return session.purgeSessions(write)
    default:
      return write satisfies never
  }
}

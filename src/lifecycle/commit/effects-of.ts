import type { DeadDelivery, Delivery, PendingDelivery } from '../../domain/delivery.ts'
import type { Job, PendingJob } from '../../domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../domain/tenant.ts'
import type { BusMessage } from '../../ports/bus.ts'
import type { Change, Write } from '../../ports/change.ts'
import type { Kind } from '../../ports/kinds.ts'
import type { Buffered, BufferedDelivery } from './buffered.ts'

/** A lane of which the store holds a record that any process may claim from `dueAt` on. */
export interface StoredWork {
  kind: Kind
  lane: string
  dueAt: number
  /** Of a job, where it is known. */
  priority?: number
}

/** Everything that follows from a change once it is durable. */
export interface Effects {
  /** Records stored under a lease of this process: they go to its local queue, into the places that were reserved for them. */
  buffered: { [K in Kind]: Buffered[K][] }
  /** Records that wait in the store: their lanes are woken when they are due. */
  stored: StoredWork[]
  /** What subscribers are told, each message once. */
  messages: BusMessage[]
  /** Deliveries that were inserted dead because their endpoint is disabled: the log tells of them. */
  insertedDead: DeadDelivery[]
}

/** The effects of a change, found from its writes alone. */
export function effectsOf(change: Change): Effects {
  const effects: Effects = { buffered: { job: [], delivery: [] }, stored: [], messages: [], insertedDead: [] }
  for (const write of change) addEffects(effects, write, change)
  const messages = new Map(effects.messages.map((message) => [`${message.kind} ${message.id}`, message]))
  return { ...effects, messages: [...messages.values()] }
}

function addEffects(effects: Effects, write: Write, change: Change): void {
  switch (write.write) {
    case 'insertJob':
      effects.messages.push(messageOfJob(write.job))
      if (write.job.lease === null) effects.stored.push(storedJob(write.job))
      else effects.buffered.job.push({ job: write.job, payload: write.payload })
      return
    case 'updateJob':
      effects.messages.push(messageOfJob(write.job))
      if (write.job.status === 'pending' && write.job.lease === null) effects.stored.push(storedJob(write.job))
      return
    case 'updateProgress':
      effects.messages.push({ tenantId: write.tenantId, kind: 'job', id: write.jobId })
      return
    case 'insertDelivery':
      effects.messages.push(...messagesOfDelivery(write.delivery))
      if (write.delivery.status === 'dead') effects.insertedDead.push(write.delivery)
      else if (write.delivery.lease === null) effects.stored.push(storedDelivery(write.delivery))
      else effects.buffered.delivery.push(bufferedDelivery(write.delivery, change))
      return
    case 'updateDelivery':
      effects.messages.push(...messagesOfDelivery(write.delivery))
      if (write.delivery.status === 'pending' && write.delivery.lease === null) effects.stored.push(storedDelivery(write.delivery))
      return
    case 'insertEvent':
      effects.messages.push({ tenantId: write.event.tenantId, kind: 'event', id: write.event.id })
      return
    case 'insertEndpoint':
    case 'updateEndpoint':
    case 'deleteEndpoint':
      effects.messages.push({ tenantId: write.endpoint.tenantId, kind: 'endpoint', id: write.endpoint.id })
      return
    case 'insertTenant':
    case 'updateTenant':
      effects.messages.push({ tenantId: write.tenant.id, kind: 'tenant', id: write.tenant.id })
      return
    case 'insertApiKey':
      effects.messages.push({ tenantId: write.key.tenantId, kind: 'api_key', id: write.key.id })
      return
    case 'revokeApiKey':
      effects.messages.push({ tenantId: write.tenantId, kind: 'api_key', id: write.id })
      return
    case 'lengthenHorizons':
      effects.stored.push({ kind: 'delivery', lane: write.destination, dueAt: write.until })
      return
    case 'putJobTypePause':
    case 'endJobTypePause':
      effects.messages.push({ tenantId: DEFAULT_TENANT_ID, kind: 'job_type', id: write.pause.type })
      return
    // Written beside a job or a delivery whose own write tells of them.
    case 'insertResult':
    case 'insertIdempotencyKey':
    case 'insertAttempt':
    case 'settleJob':
    case 'unsettleJob':
    case 'markRerun':
    case 'markStuck':
    case 'joinGroup':
    case 'leaveGroup':
    case 'closeGroup':
    case 'completeGroup':
    case 'purgeGroups':
      return
    // Nobody waits for these: they are read when they are needed.
    case 'putDestination':
    case 'purgeDestinations':
    case 'purgeJob':
    case 'purgeEvent':
    case 'purgeTombstones':
    case 'insertSigningSecret':
    case 'rotateSigningSecret':
    case 'insertWorker':
    case 'renewWorker':
    case 'removeWorker':
    case 'recordDeed':
    case 'purgeAudit':
    case 'insertSession':
    case 'deleteSession':
    case 'purgeSessions':
      return
    default:
      write satisfies never
  }
}

function messageOfJob({ tenantId, id }: Job): BusMessage {
  return { tenantId, kind: 'job', id }
}

/** The document of a job shows the delivery to its own callback URL. */
function messagesOfDelivery({ tenantId, id, jobId }: Delivery): BusMessage[] {
  const message: BusMessage = { tenantId, kind: 'delivery', id }
  return jobId === null ? [message] : [message, { tenantId, kind: 'job', id: jobId }]
}

function storedJob({ tenantId, dueAt, priority }: PendingJob): StoredWork {
  return { kind: 'job', lane: tenantId, dueAt, priority }
}

function storedDelivery({ destination, dueAt }: PendingDelivery): StoredWork {
  return { kind: 'delivery', lane: destination, dueAt }
}

/** With the body of its event and, to a job's own URL, with the headers of the job's callback: both are written by the same change. */
function bufferedDelivery(delivery: PendingDelivery, change: Change): BufferedDelivery {
  const event = change.find((write) => write.write === 'insertEvent' && write.event.id === delivery.eventId)
  if (event?.write !== 'insertEvent') throw new Error(`delivery ${delivery.id} is inserted under a lease, but without its event`)
  const job = change.find((write) => write.write === 'updateJob' && write.job.id === delivery.jobId)
  const { callback = null, traceparent = null } = job?.write === 'updateJob' ? job.job : {}
  const headers = delivery.endpointId === null ? (callback?.headers ?? {}) : {}
  return { delivery, body: event.event.body, headers, ...(traceparent === null ? {} : { traceparent }) }
}

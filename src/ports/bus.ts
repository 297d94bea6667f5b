/**
 * What has changed, of which tenant: a record of `kind` with this `id`, durably. Kind `event` says that the tenant's feed has grown by
 * this event; kind `job_type`, of the tenant `default`, that a job type is paused or no longer so. A message carries no state: whoever
 * wants to know more reads the store.
 */
export interface BusMessage {
  tenantId: string
  kind: 'job' | 'delivery' | 'event' | 'endpoint' | 'tenant' | 'api_key' | 'job_type'
  id: string
}

/**
 * Messages between the processes of one installation. A message may be lost. That costs its subscribers time and never the truth, which
 * they read from the store.
 */
export interface Bus {
  /** Sends a message to every other process. Never throws, never blocks; equal messages close to one another may arrive as one. */
  publish(message: BusMessage): void
  /** Calls `hear` with every message that another process publishes. The answer ends the subscription. */
  subscribe(hear: (message: BusMessage) => void): () => void
}

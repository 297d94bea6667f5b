/** A service in which strangers have written wherever they can, and the ids of what they wrote. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { eachOf } from '../../harness/each-of.ts'

const HANDLERS = fileURLToPath(new URL('./handlers/', import.meta.url))
/** How a job of `graffiti.write` ends. */
const ENDS = ['return', 'content', 'refuse', 'throw'] as const
/** Texts that are written at a time. */
const AT_ONCE = 4
const TENANT_SCOPES = ['jobs:read', 'jobs:write', 'callbacks:read', 'callbacks:write']

/** What one text of a stranger has left behind. */
export interface Written {
  text: string
  tenantId: string
  /** Of the tenant, with all the scopes that it may have. */
  key: string
  keyId: string
  jobIds: readonly string[]
  deliveryId: string
  eventId: string
  endpointId: string
}

/** The service and what was written there. */
export interface Scene {
  readonly service: Service
  readonly written: readonly Written[]
  /** The way in for a partner of this tenant, good once. */
  portalLink(tenantId: string, key?: string): Promise<string>
  /** A tenant that has nothing. */
  newTenant(name: string): Promise<{ tenantId: string; key: string; keyId: string }>
  close(): Promise<void>
}

/** Starts the service, and writes each text into everything of a tenant that takes text. */
export async function setScene(texts: readonly string[], preload: readonly URL[] = []): Promise<Scene> {
  const folder = await tempFolder()
  const receiver = await startRefusing()
  const env = { CALLBACK_ALLOW: 'loopback', CALLBACK_BREAKER: 'off', JOB_MAX_ATTEMPTS: '1', LOG_LEVEL: 'error' }
  const service = await startService({ dataDir: join(folder, 'data'), handlersDir: HANDLERS, env, preload })
  const post = async (path: string, body: object, key?: string) => {
    const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const { status, json } = await service.api.call('POST', path, { body, headers })
    if (status >= 300) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(json)}`)
    return json
  }

  async function newTenant(name: string) {
    const { id: tenantId } = await post('/v1/tenants', { name })
    const { id: keyId, key } = await post(`/v1/tenants/${tenantId}/api-keys`, { name, scopes: TENANT_SCOPES })
    return { tenantId: tenantId as string, key: key as string, keyId: keyId as string }
  }

  async function write(text: string): Promise<Written> {
    const owner = await newTenant(text)
    // An address that nothing is sent to: what this tenant's jobs tell goes to their own URL.
    const endpoint = { url: receiver.url(text), description: text, events: ['delivery.dead'], headers: { 'x-stranger': 'secret' } }
    const { id: endpointId } = await post('/v1/endpoints', endpoint, owner.key)
    const jobs = ENDS.map((how) => ({
      ...{ type: 'graffiti.write', payload: { how, text }, tags: [text.slice(0, 64)], metadata: { [text]: text }, group: text },
      callback: { url: receiver.url(text), headers: { 'x-stranger': 'secret' } },
    }))
    const jobIds = await Promise.all(jobs.map(async (job): Promise<string> => (await post('/v1/jobs', job, owner.key)).id))
    await Promise.all(jobIds.map((id) => service.api.jobUntil(id, ({ callback }) => callback?.status === 'dead')))
    const { json } = await service.api.call('GET', `/v1/deliveries?tenant=${owner.tenantId}&job_id=${jobIds[0]}`)
    const { id: deliveryId, event } = json.data[0]
    return { text, ...owner, jobIds, deliveryId, eventId: event.id, endpointId }
  }

  const close = async () => {
    await service.kill()
    receiver.close()
    await removeFolder(folder)
  }
  try {
    const written: Written[] = []
    await eachOf(texts, AT_ONCE, async (text) => void written.push(await write(text)))
    return {
      ...{ service, written, newTenant, close },
      portalLink: async (id, key) => (await post(`/v1/tenants/${id}/portal-links`, { expires_in_seconds: 600 }, key)).url,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A receiver that refuses for good, in the words of the path it was asked for: in headers, as far as these go, and in the body. */
async function startRefusing() {
  const server = createServer(({ url = '/' }, response) => {
    const text = new URL(url, 'http://localhost').searchParams.get('text') ?? ''
    response.writeHead(410, { 'x-answer': text.replaceAll(/[^\x20-\x7e]/g, ''), 'content-type': 'text/html' }).end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: (text: string) => `http://127.0.0.1:${port}/${encodeURIComponent(text)}?text=${encodeURIComponent(text)}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Registers an endpoint, and changes all of it. */
import type { Ask } from './client.ts'
import type { Setup } from './setup.ts'

/** Also makes one that is deleted at once. @returns the id of the one that stays */
export async function plantEndpoint(ask: Ask, { texts, listener, learn }: Setup): Promise<string> {
  const described = {
    url: listener.url(`/ok?token=${texts['endpoint URL query']}`),
    description: texts['endpoint description'],
    headers: { 'x-hook': texts['endpoint header, replaced'] },
    events: ['job.failed', 'endpoint.disabled', 'group.completed', 'delivery.dead'],
  }
  const { id: shortLived } = (await ask('shown', 'POST', '/v1/endpoints', described)).json
  await ask('answers', 'DELETE', `/v1/endpoints/${shortLived}`)
  const { id, secret } = (await ask('shown', 'POST', '/v1/endpoints', described)).json
  learn('endpoint secret, previous', secret)
  learn('endpoint secret', (await ask('shown', 'POST', `/v1/endpoints/${id}/rotate-secret`, {})).json.secret)
  await ask('answers', 'PATCH', `/v1/endpoints/${id}`, { headers: { 'x-hook': texts['endpoint header'] } })
  await ask('answers', 'GET', `/v1/endpoints/${id}`)
  await ask('answers', 'POST', `/v1/endpoints/${id}/test`)
  return id
}

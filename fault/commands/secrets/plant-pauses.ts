/** Pauses and resumes what can be paused. */
import type { Ask } from './client.ts'
import type { Setup } from './setup.ts'

/** All is resumed in the end. A URL that chooses a destination may hold a secret in its query. */
export async function plantPauses(ask: Ask, asOperator: Ask, { texts, listener }: Setup): Promise<void> {
  const destination = listener.url(`/?token=${texts['query of a chosen URL']}`)
  await ask('answers', 'GET', '/v1/job-types')
  for (const verb of ['pause', 'resume']) {
    await ask('answers', 'POST', `/v1/destinations/${verb}`, { destination })
    await asOperator('answers', 'POST', `/v1/job-types/canary.checked/${verb}`)
  }
}

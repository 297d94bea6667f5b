/** Asks with tokens that are none, wherever a token may stand, and says on sockets what is refused. */
import type { Client } from './client.ts'
import type { Planted } from './plant.ts'
import type { Setup } from './setup.ts'

const SPOKEN = 'ringback.v1'

/** The sockets that are taken say what they are told to, and are closed. */
export async function refuseTokens(client: Client, { texts }: Setup, planted: Planted): Promise<void> {
  const { tenant, outsider, ids } = planted
  const forged = `rbt_${texts['unknown token'].slice(0, 20)}.${texts['unknown token']}`
  for (const path of ['', '/result', '/events']) {
    await client.ask('others', 'GET', `/v1/jobs/${ids.job}${path}?token=${forged}`, { key: null })
    await client.ask('others', 'GET', `/v1/jobs/${ids.job}${path}?token=${texts['key in a query']}`, { key: null })
    await client.ask('others', 'GET', `/v1/jobs/${ids.job}${path}`, { key: forged })
  }
  for (const key of [forged, texts['unknown key']]) await client.askSocket('others', { protocols: [SPOKEN, `bearer.${key}`] })
  await client.askSocket('others', { protocols: [`bearer.${tenant}`] })
  await client.askSocket('others', { protocols: [SPOKEN, `bearer.${tenant}`], headers: { origin: `https://${texts['refused value']}` } })
  const bug = texts['what a bug drags along']
  await client.askSocket('answers', { protocols: [SPOKEN, `bearer.${tenant}`], headers: { 'x-bug': bug } })
  await client.askSocket('others', { protocols: [SPOKEN, `bearer.${outsider}`], say: [{ subscribe: ids.job }], until: 'not_found' })
  const name = texts['name of an unknown member']
  await client.askSocket('answers', { protocols: [SPOKEN, `bearer.${tenant}`], say: [{ subscribe: name }], until: 'not_found' })
  const after = [{ subscribe: 'events', after: texts['refused value'] }]
  await client.askSocket('answers', { protocols: [SPOKEN, `bearer.${tenant}`], say: after, until: 'problem' })
  await client.askSocket('answers', { protocols: [SPOKEN, `bearer.${tenant}`], say: [texts['refused body']] })
}

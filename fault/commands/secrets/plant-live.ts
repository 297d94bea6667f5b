/** Follows a job and the feed by streams and sockets, with keys and with a token of one job. */
import { type Ask, asking, type Client } from './client.ts'
import type { Setup } from './setup.ts'

const SPOKEN = 'ringback.v1'

export interface Followed {
  /** The key of the tenant. */
  key: string
  /** A job that has ended. */
  job: string
}

/** Reads each stream and socket until it has shown what was planted. @returns the id of the first event of the feed */
export async function plantLive(client: Client, setup: Setup, { key, job }: Followed): Promise<string> {
  const { texts } = setup
  const ask = asking(client, key)
  const first: string = (await ask('answers', 'GET', '/v1/events?limit=1')).json.data[0].id
  await ask('answers', 'GET', `/v1/jobs/${job}/events`, undefined, { until: texts.result })
  await ask('answers', 'GET', `/v1/events/stream?after=${first}`, undefined, { until: texts['group name'] })
  await ask('answers', 'GET', '/v1/events/stream?after=latest')
  await client.askSocket('answers', {
    protocols: [SPOKEN, `bearer.${key}`],
    say: [{ subscribe: job }, { subscribe: 'events', after: first }],
    until: texts['group name'],
  })
  await plantToken(client, ask, setup, job)
  return first
}

/** The token of a job goes where a browser sends it: in addresses and among subprotocols. */
async function plantToken(client: Client, ask: Ask, { texts, learn }: Setup, job: string): Promise<void> {
  const { token } = (await ask('shown', 'POST', `/v1/jobs/${job}/tokens`, {})).json
  learn('job token', token)
  const inAddress = { key: null }
  for (const path of ['', '/result']) await client.ask('answers', 'GET', `/v1/jobs/${job}${path}?token=${token}`, inAddress)
  await client.ask('answers', 'GET', `/v1/jobs/${job}/events?token=${token}`, { key: null, until: texts.result })
  await client.ask('answers', 'GET', `/v1/jobs/${job}`, { key: token })
  await client.askSocket('answers', { protocols: [SPOKEN, `bearer.${token}`], say: [{ subscribe: job }], until: texts.result })
  // What it is not for.
  await client.ask('others', 'GET', `/v1/jobs?token=${token}`, inAddress)
  await client.ask('others', 'GET', '/v1/jobs', { key: token })
  await client.ask('others', 'POST', `/v1/jobs/${job}/rerun?token=${token}`, inAddress)
  await client.ask('answers', 'GET', `/v1/jobs/${job}?token=${token}&token=${token}&${texts['name of an unknown member']}=1`, inAddress)
  await client.askSocket('others', { protocols: [SPOKEN, `bearer.${token}`], say: [{ subscribe: 'events' }], until: 'forbidden' })
}

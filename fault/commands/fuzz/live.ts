/** Things that exist, for requests that would never hit one by chance. */
import { type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import { ADMIN_KEY, type Service } from '../../../test/support/service.ts'
import { eachOf } from '../../harness/each-of.ts'

/** As `hooks.py` reads it. Lists of ids; what is deleted or changed for good is apart from what must stay. */
export interface Live {
  url: string
  key: string
  /** A URL on this machine that takes every callback. */
  receiver: string
  /** One that fails the first time. */
  later: string
  types: string[]
  finished: string[]
  canceled: string[]
  delivered: string[]
  dead: string[]
  endpoints: string[]
  changing: string[]
  tenants: string[]
}

const EACH = 10
const CLIENTS = 16
const GONE = '/gone'
const LATER = '/later'
const TYPE = 'fault.noop'
const FAR_AWAY = '2200-01-01T00:00:00.000Z'

/** A receiver that says of one path that it is gone, so its deliveries are dead at once, and fails at another, so they wait. */
export async function openReceiver(): Promise<Receiver> {
  const receiver = await startReceiver()
  receiver.answer(({ path }) => ({ status: path === GONE ? 410 : path === LATER ? 500 : 204 }))
  return receiver
}

/** @param deadLetters how many can be used up */
export async function fill({ api, url }: Service, receiver: Receiver, deadLetters: number): Promise<Live> {
  const make = async (path: string, body: object): Promise<string> => {
    const answer = await api.call('POST', path, { body })
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
    return answer.json.id
  }
  const several = (count: number, one: () => Promise<string>) => Promise.all(Array.from({ length: count }, one))
  const hook = receiver.url('/ok')

  const finished = await several(EACH, () => make('/v1/jobs', { type: TYPE, payload: { any: 'JSON' }, callback_url: hook }))
  const canceled = await several(EACH, () => make('/v1/jobs', { type: TYPE, run_at: FAR_AWAY }))
  for (const id of canceled) await api.call('POST', `/v1/jobs/${id}/cancel`)
  await eachOf(Array(deadLetters).keys(), CLIENTS, async () => {
    await make('/v1/jobs', { type: TYPE, callback_url: receiver.url(GONE) })
  })
  await receiver.received(finished.length + deadLetters, () => true, 60_000)
  for (const id of finished) await api.jobUntil(id, ({ callback }) => callback.status === 'delivered')

  const endpoint = () => make('/v1/endpoints', { url: hook, events: ['endpoint.disabled'] })
  return {
    url,
    key: ADMIN_KEY,
    receiver: hook,
    later: receiver.url(LATER),
    types: [TYPE],
    finished,
    canceled,
    delivered: await idsOf('/v1/deliveries?status=delivered'),
    dead: await idsOf('/v1/dead-letters'),
    endpoints: await several(EACH, endpoint),
    changing: await several(EACH, endpoint),
    tenants: await several(EACH, () => make('/v1/tenants', { name: 'a partner' })),
  }

  async function idsOf(path: string): Promise<string[]> {
    const ids: string[] = []
    const first = `${path}${path.includes('?') ? '&' : '?'}limit=100`
    for (let next: string | null = first; next !== null; ) {
      const { data, next_cursor }: { data: { id: string }[]; next_cursor: string | null } = (await api.call('GET', next)).json
      ids.push(...data.map(({ id }) => id))
      next = next_cursor === null ? null : `${first}&cursor=${next_cursor}`
    }
    return ids
  }
}

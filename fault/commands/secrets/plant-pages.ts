/** Uses the dashboard as people do: every page with every kind of session, every action once, with a canary in what a form can say. */
import { type Browser, createBrowser, done, openSession } from './browser.ts'
import { type Ask, asking, type Client } from './client.ts'
import { deliveryThat, isDead, isDelivered, waits } from './deliveries.ts'
import { pathOf } from './path-of.ts'
import type { Planted } from './plant.ts'
import { isPage } from './routes.ts'
import type { Setup } from './setup.ts'

/** Pages that nobody needs a session for. */
const OPEN = ['/dashboard/login', '/dashboard/portal']
/** What its pages show when they are asked to. */
const SHOWN_ON_DEMAND = ['', '?show=payload', '?show=result', '/payload', '/result']

/** What it ends is needed by nobody else. */
export async function plantPages(client: Client, setup: Setup, planted: Planted): Promise<void> {
  const { operator, tenant } = planted.browsers
  const ask = asking(client, planted.tenant)
  const guest = await openPortal(client, setup, planted)
  for (const path of OPEN) await createBrowser(client, 'others', null).get(path)
  await readPages(client, planted, [operator, tenant, guest])
  for (const job of [...planted.jobs.all, planted.jobs.canceled]) {
    for (const shown of SHOWN_ON_DEMAND) await tenant.get(`/dashboard/jobs/${job}${shown}`)
    await operator.get(`/dashboard/jobs/${job}`)
  }
  for (const [list, page] of [
    ['/v1/deliveries?limit=100', 'deliveries'],
    ['/v1/events?limit=100', 'events'],
  ]) {
    const { data }: { data: { id: string }[] } = (await ask('answers', 'GET', list ?? '')).json
    for (const { id } of data) await done(tenant.get(`/dashboard/${page}/${id}`))
  }
  await actOnJobsAndCallbacks(tenant, ask, setup, planted)
  await actOnEndpoint(client, ask, setup, planted)
  await actAsOperator(client, setup, planted)
  await leave(client, setup, planted)
}

/** The link is opened step by step, as a browser does it. */
async function openPortal(client: Client, setup: Setup, { operator, ids }: Planted): Promise<Browser> {
  const { url } = (await asking(client, operator)('shown', 'POST', `/v1/tenants/${ids.tnt}/portal-links`, { read_only: false })).json
  const code = new URL(url).hash.slice(1)
  setup.learn('portal code', code)
  // Asks whose it is, and hands the code on to the next form.
  await done(createBrowser(client, 'shown', null).post('/dashboard/portal', { code }))
  const guest = await openSession(client, setup, 'pages', ['/dashboard/portal/open', { code }])
  await createBrowser(client, 'others', null).post('/dashboard/portal/open', { code })
  return guest
}

/** Refusals are as good: each browser may see some of them. */
async function readPages(client: Client, planted: Planted, browsers: readonly Browser[]): Promise<void> {
  const pages = client.routes.filter((route) => isPage(route) && route.startsWith('GET '))
  for (const route of pages) {
    const path = pathOf(route.slice('GET '.length), planted)
    for (const browser of browsers) await browser.get(path.endsWith('/find') ? `${path}?id=${planted.ids.job}` : path)
  }
}

async function actOnJobsAndCallbacks(tenant: Browser, ask: Ask, { texts, listener }: Setup, { jobs }: Planted): Promise<void> {
  await done(tenant.post(`/dashboard/jobs/${jobs.canceled}/cancel`))
  await done(tenant.post(`/dashboard/jobs/${jobs.ended}/rerun`))
  const destination = listener.url(`/?token=${texts['query of a chosen URL']}`)
  await done(tenant.post(`/dashboard/deliveries/${await deliveryThat(ask, waits)}/retry`))
  await done(tenant.post(`/dashboard/deliveries/${await deliveryThat(ask, isDelivered)}/replay`))
  const dead = await deliveryThat(ask, isDead)
  await done(tenant.get(`/dashboard/replay?destination=${encodeURIComponent(destination)}`))
  await done(tenant.post('/dashboard/replay', { destination, as_of: new Date().toISOString(), expect: '100' }))
  await done(tenant.post(`/dashboard/deliveries/${await deliveryThat(ask, isDead)}/discard`))
  await tenant.get(`/dashboard/deliveries/${dead}`)
  for (const verb of ['pause', 'resume']) await done(tenant.post(`/dashboard/destinations/${verb}`, { destination }))
}

/** An endpoint of its own: a secret is rotated once while the one before is good. */
async function actOnEndpoint(client: Client, ask: Ask, { learn, listener }: Setup, { browsers: { tenant } }: Planted): Promise<void> {
  const endpoint = { url: listener.url('/ok'), events: ['job.stuck'] }
  const { id, secret } = (await ask('shown', 'POST', '/v1/endpoints', endpoint)).json
  learn('endpoint secret, previous', secret)
  for (const verb of ['test', 'disable', 'enable']) await done(tenant.post(`/dashboard/endpoints/${id}/${verb}`))
  const { text } = await done(createBrowser(client, 'shown', tenant.cookie).post(`/dashboard/endpoints/${id}/rotate`))
  learn('endpoint secret', found(text, /whsec_[\w+/=]+/))
}

async function actAsOperator(client: Client, { learn, texts }: Setup, { browsers: { operator }, ids }: Planted): Promise<void> {
  for (const verb of ['pause', 'resume']) await done(operator.post(`/dashboard/job-types/canary.checked/${verb}`))
  const shown = createBrowser(client, 'shown', operator.cookie)
  const { text } = await done(shown.post(`/dashboard/access/${ids.tnt}/keys`, { name: texts['key name'], scope: 'jobs:read' }))
  learn('revoked key', found(text, /rbk_\w+/))
  await done(operator.post(`/dashboard/access/keys/${found(text, /key_\w+/)}/revoke`))
}

async function leave(client: Client, setup: Setup, { tenant: key }: Planted): Promise<void> {
  const browser = await openSession(client, setup, 'pages', ['/dashboard/login', { key }])
  await done(browser.get('/dashboard/live'))
  await done(browser.post('/dashboard/logout'))
}

function found(text: string, pattern: RegExp): string {
  const [first] = pattern.exec(text) ?? []
  if (first === undefined) throw new Error(`a page shows no ${pattern}: ${text}`)
  return first
}

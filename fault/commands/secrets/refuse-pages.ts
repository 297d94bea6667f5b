/** Asks every page and action of the dashboard in every way that is refused, and in one that meets a bug. */
import { createBrowser } from './browser.ts'
import type { Client } from './client.ts'
import { pathOf } from './path-of.ts'
import type { Planted } from './plant.ts'
import { isPage } from './routes.ts'
import type { Setup } from './setup.ts'

/** An id of a session is as long as this; a canary is shorter. */
const SESSION_CHARACTERS = 43
const COOKIE = 'ringback'
const FOREIGN = { origin: 'https://elsewhere.example' }

/** Nothing of it changes anything. */
export async function refusePages(client: Client, setup: Setup, planted: Planted): Promise<void> {
  for (const route of client.routes.filter(isPage)) {
    const [method = '', template = ''] = route.split(' ')
    const path = pathOf(template, planted)
    await (method === 'GET' ? refusePage : refuseForm)(client, setup, planted, { template, path })
  }
  const nobody = createBrowser(client, 'others', null)
  await nobody.post('/dashboard/login', { key: setup.texts['key in a form'] })
  for (const path of ['/dashboard/portal', '/dashboard/portal/open']) {
    await nobody.post(path, { code: `3600.${setup.texts['unknown portal code']}` })
  }
  await planted.browsers.tenant.get(`/dashboard/${setup.texts['path that is none']}`)
}

interface Page {
  template: string
  path: string
}

async function refusePage(client: Client, { texts }: Setup, { browsers }: Planted, { template, path }: Page): Promise<void> {
  const { operator, outsider } = browsers
  await createBrowser(client, 'others', null).get(path)
  await createBrowser(client, 'others', unknownSession(texts['unknown session'])).get(path)
  await outsider.get(path)
  await operator.get(`${path}?cursor=${texts['value in the query of a page']}&tenant=${texts['value in the query of a page']}`)
  if (template.includes('{')) await operator.get(template.replace(/\{\w+\}/, texts['path that is none']))
  const bug = texts['what a bug drags along']
  await operator.get(`${path}?bug=${bug}`, { 'x-bug': bug })
}

async function refuseForm(client: Client, { texts }: Setup, { browsers }: Planted, { template, path }: Page): Promise<void> {
  const { operator, outsider } = browsers
  const nobody = createBrowser(client, 'others', null)
  const fields = { key: texts['key in a form'], code: texts['unknown portal code'], destination: texts['refused value'] }
  await nobody.post(path, fields)
  await nobody.post(path, fields, FOREIGN)
  await createBrowser(client, 'others', unknownSession(texts['unknown session'])).post(path, fields)
  await createBrowser(client, 'others', operator.cookie).post(path, fields, FOREIGN)
  const bug = texts['what a bug drags along']
  await operator.post(path, { ...fields, bug }, { 'x-bug': bug })
  // To leave is refused to nobody.
  if (template === '/dashboard/logout') return
  await outsider.post(path, fields)
  if (template.includes('{')) await operator.post(template.replace(/\{\w+\}/, texts['path that is none']), fields)
  await operator.post(path, { body: texts['refused body'] }, { 'content-type': 'application/json' })
  await operator.post(path, { body: texts['refused body'].repeat(1000) })
}

function unknownSession(text: string): string {
  return `${COOKIE}=${text.padEnd(SESSION_CHARACTERS, 'x')}`
}

/** Asks every route in every way that is refused, and in one that meets a bug, with a canary in what is refused. */
import { gzipSync } from 'node:zlib'
import type { Place } from './canaries.ts'
import type { Client, Question } from './client.ts'
import { pathOf } from './path-of.ts'
import type { Planted } from './plant.ts'
import { refusePages } from './refuse-pages.ts'
import { refuseTokens } from './refuse-tokens.ts'
import { isPage } from './routes.ts'
import type { Setup } from './setup.ts'

/** Routes that need the operator's key. */
const OPERATORS = /^\/v1\/(?:tenants|api-keys|workers|audit|job-types\/)|^\/metrics/

interface Case {
  path?: string
  place: Place
  question: Question
}

/** What a refused request changes is nothing that another one needs. */
export async function refuse(client: Client, setup: Setup, planted: Planted): Promise<void> {
  for (const route of client.routes.filter((one) => !isPage(one))) {
    const [method = '', template = ''] = route.split(' ')
    const path = pathOf(template, planted)
    await Promise.all(
      casesOf(method, template, path, setup, planted).map((one) => client.ask(one.place, method, one.path ?? path, one.question)),
    )
  }
  const { tenant: key } = planted
  const { texts } = setup
  const nowhere = `/v1/${texts['path that is none']}`
  for (const method of ['GET', 'POST', 'PUT']) await client.ask('answers', method, nowhere, { key })
  await client.ask('answers', 'PUT', `/v1/jobs?x=${texts['refused value']}`, { key })
  await Promise.all(refusedBodies(setup).map(([path, body]) => client.ask('answers', 'POST', path, { key, body })))
  await refuseTokens(client, setup, planted)
  await refusePages(client, setup, planted)
}

function casesOf(method: string, template: string, path: string, { texts }: Setup, { tenant, outsider, operator }: Planted): Case[] {
  const isPublic = !template.startsWith('/v1/') && template !== '/metrics'
  const key = OPERATORS.test(template) ? operator : tenant
  const basic = Buffer.from(`operator:${texts['password of Basic auth']}`).toString('base64')
  const cases: Case[] = [
    { place: 'others', question: { key: null } },
    { place: 'others', question: { key: texts['unknown key'] } },
    { place: 'others', question: { key: null, headers: { authorization: `Basic ${basic}` } } },
    // A outsider with the very id; what makes records of their own is asked without a body.
    { place: 'others', question: { key: outsider } },
    { place: 'others', path: `${path}?api_key=${texts['key in a query']}`, question: { key: null } },
    { place: 'answers', path: `${path}?${texts['name of an unknown member']}=${texts['refused value']}`, question: { key } },
    {
      place: 'answers',
      path: `${path}?bug=${texts['what a bug drags along']}`,
      question: { key, headers: { 'x-bug': texts['what a bug drags along'] } },
    },
  ]
  if (template.includes('{'))
    cases.push({ place: 'answers', path: template.replace(/\{\w+\}/, texts['path that is none']), question: { key } })
  if (!isPublic && method !== 'GET' && method !== 'DELETE')
    cases.push(...bodyCases(key, texts['refused body'], texts['name of an unknown member']))
  return cases
}

/** Bodies that are no request at all. */
function bodyCases(key: string, text: string, name: string): Case[] {
  const json = { 'content-type': 'application/json' }
  const bodies: Question[] = [
    { key, body: `{"a": ${text}}`, headers: json },
    { key, body: `["${text}"]`, headers: json },
    { key, body: `{"a":"${text}","a":"${text}"}`, headers: json },
    { key, body: JSON.stringify({ [name]: text }), headers: json },
    { key, body: text.repeat(1000), headers: json },
    { key, body: text, headers: { 'content-type': 'text/plain' } },
    { key, body: gzipSync(text).toString('latin1'), headers: { ...json, 'content-encoding': 'gzip' } },
  ]
  return bodies.map((question) => ({ place: 'answers', question }))
}

/** Requests with one value that cannot be taken. */
function refusedBodies({ texts, listener }: Setup): [path: string, body: object][] {
  const value = texts['refused value']
  const userinfo = listener.url('/ok').replace('//', `//user:${texts['userinfo of a refused URL']}@`)
  const submits = [
    { type: value },
    { type: 'canary.do', payload: { how: 7, secret: value } },
    { type: 'canary.do', callback_url: userinfo },
    { type: 'canary.do', callback_url: `ftp://${value}` },
    { type: 'canary.do', callback_url: `http://169.254.169.254/?token=${value}` },
    { type: 'canary.do', callback: { url: listener.url('/ok'), headers: { host: value } } },
    { type: 'canary.do', callback: { url: listener.url('/ok'), events: [value] } },
    { type: 'canary.do', run_at: value },
    { type: 'canary.do', metadata: { a: [value] } },
    { type: 'canary.do', tags: [`${value}\u0000`] },
    { type: 'canary.do', priority: value },
  ]
  return [
    ...submits.map((body): [string, object] => ['/v1/jobs', body]),
    ['/v1/endpoints', { url: userinfo }],
    ['/v1/endpoints', { url: listener.url('/ok'), events: [value] }],
    ['/v1/dead-letters/replay', { filter: { reason: value } }],
    ['/v1/jobs/rerun', { filter: { status: value } }],
    ['/v1/destinations/pause', { destination: value }],
    ['/v1/signing-secret/rotate', { overlap_seconds: value }],
  ]
}

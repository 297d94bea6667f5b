/** GET / · GET /docs · GET /docs/{asset} · GET /favicon.ico: the API page, from files of this machine only. */
import { z } from 'zod'
import { firstJob } from '../../lifecycle/jobs/first-job.ts'
import { type DocsFile, docsFile, FILE_TYPES } from '../docs/files.ts'
import { docsPage } from '../docs/page.ts'
import { respond } from '../kit/respond.ts'
import { defineRoute } from '../kit/route.ts'

const ARROW = '<path d="M10 20a7 7 0 1 1 6 3.5M16 27l-4-3.5 4-3.5" fill="none" stroke="#e9efec" stroke-width="3" '
const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#16423c"/>' +
  `${ARROW}stroke-linecap="round" stroke-linejoin="round"/></svg>`

/** Swagger UI draws with data: images. Nothing else may come from elsewhere, and nothing inline may run. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const KEEP = { 'cache-control': 'public, max-age=3600' } as const

/** The page names its files relative to the root, so it is the same at both paths and below a path of a proxy. */
const servePage: Parameters<typeof defineRoute>[0]['handle'] = async ({ context: { settings, executor } }) =>
  respond(200, await docsPage(settings.publicUrl(), await firstJob(executor)), {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': PAGE_POLICY,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  })

const root = defineRoute({
  method: 'get',
  path: '/',
  operationId: 'root',
  summary: 'The API page, for who has only the address',
  tag: 'Service',
  scope: null,
  responses: { 200: { description: 'As `GET /docs`.', contentTypes: ['text/html'] } },
  handle: servePage,
})

const page = defineRoute({
  method: 'get',
  path: '/docs',
  operationId: 'docs',
  summary: 'The API page',
  tag: 'Service',
  scope: null,
  responses: { 200: { description: 'HTML; works offline.', contentTypes: ['text/html'] } },
  handle: servePage,
})

const asset = defineRoute({
  method: 'get',
  path: '/docs/{asset}',
  operationId: 'docsAsset',
  summary: 'A file of the API page',
  tag: 'Service',
  scope: null,
  params: z.object({ asset: z.enum(Object.keys(FILE_TYPES) as [DocsFile, ...DocsFile[]]) }),
  responses: { 200: { description: 'The file.', contentTypes: ['*/*'] } },
  problems: ['not_found'],
  handle: async ({ params }) => respond(200, await docsFile(params.asset), { 'content-type': FILE_TYPES[params.asset], ...KEEP }),
})

const favicon = defineRoute({
  method: 'get',
  path: '/favicon.ico',
  operationId: 'favicon',
  summary: 'The icon of the pages',
  tag: 'Service',
  scope: null,
  responses: { 200: { description: 'An SVG image.', contentTypes: ['image/svg+xml'] } },
  handle: () => respond(200, FAVICON, { 'content-type': 'image/svg+xml', ...KEEP }),
})

/** The routes of the API page. */
export const docsRoutes = [root, page, asset, favicon]

/** GET / · GET /docs · GET /docs/{asset} · GET /favicon.ico: the API page, from files of this machine only. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from '@hono/zod-openapi'
import { respond, respondEmpty } from '../respond.ts'
import { defineRoute } from '../route.ts'

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Ringback API</title>
    <link rel="icon" href="favicon.ico">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`

/** The page may be open under another name than PUBLIC_URL (localhost, 127.0.0.1); its requests go to where it came from. */
const START = `fetch('openapi.json')
  .then((response) => response.json())
  .then((spec) => {
    spec.servers = [{ url: new URL('.', location.href).href.replace(/\\/$/, '') }]
    SwaggerUIBundle({ spec, dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null })
  })
`

const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#16423c"/><path d="M10 20a7 7 0 1 1 6 3.5M16 27l-4-3.5 4-3.5" fill="none" stroke="#e9efec" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`

/** Swagger UI sets style attributes and draws with data: images; nothing else may come from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const KEEP = { 'cache-control': 'public, max-age=3600' } as const

const ASSET_TYPES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'start.js': 'text/javascript; charset=utf-8',
} as const
type Asset = keyof typeof ASSET_TYPES

const root = defineRoute({
  method: 'get',
  path: '/',
  operationId: 'root',
  summary: 'Leads to the API page',
  tag: 'Service',
  scope: null,
  responses: { 303: { description: 'To the API page.', headers: { location: 'Relative: what stands before this path stays.' } } },
  handle: () => respondEmpty(303, { location: './docs' }),
})

const page = defineRoute({
  method: 'get',
  path: '/docs',
  operationId: 'docs',
  summary: 'The API page',
  tag: 'Service',
  scope: null,
  responses: { 200: { description: 'HTML; works offline.', contentTypes: ['text/html'] } },
  handle: () =>
    respond(200, PAGE, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'referrer-policy': 'no-referrer',
      ...KEEP,
    }),
})

const asset = defineRoute({
  method: 'get',
  path: '/docs/{asset}',
  operationId: 'docsAsset',
  summary: 'A file of the API page',
  tag: 'Service',
  scope: null,
  params: z.object({ asset: z.enum(Object.keys(ASSET_TYPES) as [Asset, ...Asset[]]) }),
  responses: { 200: { description: 'The file.', contentTypes: ['*/*'] } },
  problems: ['not_found'],
  handle: async ({ params }) => respond(200, await assetBytes(params.asset), { 'content-type': ASSET_TYPES[params.asset], ...KEEP }),
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

export const docsRoutes = [root, page, asset, favicon]

const read = new Map<Asset, Promise<Uint8Array>>()

/** Each is read once: however many ask and do not take the answer, the bytes are the same ones. */
function assetBytes(name: Asset): Promise<Uint8Array> {
  const bytes = read.get(name) ?? readAsset(name)
  read.set(name, bytes)
  return bytes
}

async function readAsset(name: Asset): Promise<Uint8Array> {
  if (name === 'start.js') return Buffer.from(START)
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  return readFile(join(folder, name))
}

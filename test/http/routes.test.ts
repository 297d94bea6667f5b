/** Every route, taken from the app itself. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type AppWorld, appWorld } from './app-world.ts'

function routesOf({ app }: AppWorld) {
  return app.routes.map(({ method, path }) => ({ method, path: path.replaceAll(/:(\w+)/g, '{$1}') }))
}

const openapi = async (a: AppWorld) => (await a.ask('GET', '/openapi.json', { key: null })).json

describe('the routes of the app', () => {
  it('are those of the OpenAPI document, each once', async () => {
    await using a = await appWorld()
    const documented = Object.entries((await openapi(a)).paths).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(
      routesOf(a)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(documented.toSorted())
  })

  it('under /v1 all need a key', async () => {
    await using a = await appWorld()
    for (const { method, path } of routesOf(a).filter((route) => route.path.startsWith('/v1/'))) {
      expect((await a.ask(method, path.replaceAll(/\{\w+\}/g, 'job_0'), { key: null })).status, `${method} ${path}`).toBe(401)
    }
  })
})

describe('the OpenAPI document', () => {
  it('passes the linter', { timeout: 60_000 }, async () => {
    await using a = await appWorld()
    const folder = await mkdtemp(join(tmpdir(), 'openapi-'))
    await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(await openapi(a)))
    await promisify(execFile)('redocly', ['lint', 'openapi.json', '--max-problems=20'], { cwd: folder, env: LINTER_ENV })
  })

  it('describes the callback of a submit and the same event as a webhook', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    const callback = document.paths['/v1/jobs'].post.callbacks.jobEnded['{$request.body#/callback_url}'].post
    expect(callback.requestBody.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/JobEvent' })
    expect(document.webhooks.jobEnded.post.requestBody).toEqual(callback.requestBody)
    const aboutEndpoint = document.webhooks.endpointEvent.post.requestBody.content['application/json'].schema
    expect(aboutEndpoint).toEqual({ $ref: '#/components/schemas/EndpointEvent' })
  })

  it('lists every code with its status', async () => {
    await using a = await appWorld()
    const document = await openapi(a)
    for (const code of document.components.schemas.Problem.properties.code.enum) {
      expect(document.info.description).toMatch(new RegExp(`\\| \\d{3} \\| \`${code}\` \\|`))
    }
  })
})

/** The linter by its name, without its habit of calling home. */
const LINTER_ENV = {
  PATH: `${join(import.meta.dirname, '../../node_modules/.bin')}:${process.env.PATH}`,
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
}

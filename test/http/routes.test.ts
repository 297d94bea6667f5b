/** Every route, taken from the app itself. Those of the dashboard are pages, and no part of the API. */
import { describe, expect, it } from 'vitest'
import { type AppWorld, appWorld } from './app-world.ts'

function routesOf({ app }: AppWorld) {
  return app.routes
    .filter(({ path }) => !path.startsWith('/dashboard'))
    .map(({ method, path }) => ({ method, path: path.replaceAll(/:(\w+)/g, '{$1}') }))
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

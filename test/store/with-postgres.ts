import { afterAll, beforeAll, describe, onTestFinished } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { openPostgresStore, type PostgresOptions } from '../../src/store/postgres/open.ts'
import { TABLES } from '../../src/store/tables/tables.ts'
import { skipsWithoutPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts'
import type { OpenStore } from './conformance.ts'
import { ENCRYPTOR } from './open-stores.ts'
import { NOW } from './records.ts'

/** Skipped, and said so, where there is no PostgreSQL; in CI it fails instead. */
export const describeWithPostgres = describe.skipIf(skipsWithoutPostgres('the store on PostgreSQL'))

/** A server for the tests of a file. */
export function postgresOfFile(): () => TestPostgres {
  let server: TestPostgres | null = null
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.close())
  return () => {
    if (server === null) throw new Error('the server has not started')
    return server
  }
}

/** A store, closed when the test ends. The server of tests may forget at a power cut. */
export async function openStoreAt(url: string, options: Partial<PostgresOptions> = {}): Promise<Store> {
  const { store } = await openPostgresStore({ url, encryptor: ENCRYPTOR, now: NOW, allowUnsafe: true, ...options })
  onTestFinished(() => store.close())
  return store
}

/** One store for all tests of a file, and each finds it as a new one; after a test that has closed it, one on another database. */
export function postgresOnce(server: () => TestPostgres): OpenStore {
  let opened: { url: string; store: Store } | null = null
  afterAll(() => opened?.store.close())
  return async () => {
    if (opened !== null && !(await opened.store.health()).ok) opened = null
    if (opened === null) {
      const url = await server().database()
      const { store } = await openPostgresStore({ url, encryptor: ENCRYPTOR, now: NOW, allowUnsafe: true })
      opened = { url, store }
    } else await empty(server(), opened.url)
    return opened.store
  }
}

/** Removes every row but what a new database has. */
async function empty(server: TestPostgres, url: string): Promise<void> {
  const tables = Object.values(TABLES).flatMap(({ name }) => (name === 'meta' ? [] : [`DELETE FROM ${name}`]))
  const tenant = `INSERT INTO tenants (id, name, limits, created_at, version) VALUES ('tnt_default', 'default', '{}', ${NOW}, 1)`
  await server.ask(url, [...tables, tenant].join(';'))
}

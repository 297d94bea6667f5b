/** Connections to PostgreSQL under TLS. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/open.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { ENCRYPTOR } from './open-stores.ts'
import { NOW } from './records.ts'
import { describeWithPostgres, openStoreAt } from './with-postgres.ts'

const CA = readFileSync(new URL('../webhook/certificates/ca.pem', import.meta.url), 'utf8')
const CONNECTIONS = `SELECT bool_and(ssl) AS encrypted, count(*)::int > 0 AS found FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
  WHERE application_name LIKE 'ringback%' AND datname = current_database()`

describeWithPostgres('with TLS', () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres({ certificate: 'receiver', settings: { listen_addresses: '127.0.0.1,127.0.0.2' } })
  })
  afterAll(() => server.close())

  const open = async (url: string, rootCertificate: string | null = null) => {
    const { store } = await openPostgresStore({ url, rootCertificate, encryptor: ENCRYPTOR, now: NOW, allowUnsafe: true })
    await store.close()
  }

  it('every connection is encrypted, and the server is the one that the authority has certified', async () => {
    const url = await server.database()
    const store = await openStoreAt(`${url}?sslmode=verify-full`, { rootCertificate: CA })
    expect(await store.jobs.find('job_none')).toBeNull()
    expect(await server.ask(url, CONNECTIONS)).toEqual([{ encrypted: true, found: true }])
  })

  it('a server of another name or of an unknown authority is refused, unless its certificate is not to be looked at', async () => {
    const url = await server.database()
    await expect(open(`${url}?sslmode=verify-full`)).rejects.toThrow(/certificate/)
    await expect(open(`${url.replace('127.0.0.1', '127.0.0.2')}?sslmode=verify-full`, CA)).rejects.toThrow('does not match')
    await open(`${url}?sslmode=no-verify`)
  })

  it('a server without TLS is refused by who asks for it', async () => {
    const plain = await startPostgres()
    try {
      await expect(open(`${await plain.database()}?sslmode=verify-full`, CA)).rejects.toThrow('does not support SSL')
    } finally {
      await plain.close()
    }
  })
})

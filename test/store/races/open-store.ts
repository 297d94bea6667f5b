import { Client } from 'pg'
import type { Store } from '../../../src/ports/store.ts'
import { openPostgresStore, type PostgresOptions } from '../../../src/store/postgres/open.ts'
import { createEncryptor } from '../../../src/store/rows/encryption.ts'
import { NOW } from '../records.ts'

const ENCRYPTOR = createEncryptor(new Uint8Array(32).fill(7))

/** Runs `work` with a store of its own process, as it were. */
export async function withStore<T>(url: string, work: (store: Store) => Promise<T>, options: Partial<PostgresOptions> = {}): Promise<T> {
  const { store } = await openPostgresStore({ url, encryptor: ENCRYPTOR, now: NOW, allowUnsafe: true, ...options })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Runs `work` with a connection of another program. */
export async function withStranger<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

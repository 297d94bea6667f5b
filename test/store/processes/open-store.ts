/** Opens the store on the file of its first argument, writes a tenant and closes. */

import { createEncryptor } from '../../../src/store/rows/encryption.ts'
import { openSqliteStore } from '../../../src/store/sqlite/open.ts'

const now = Date.now()
const encryptor = createEncryptor(new Uint8Array(32).fill(7))
const store = await openSqliteStore({ path: process.argv[2] ?? '', encryptor, now, onFatal: () => process.exit(9) })
await store.commit([
  { write: 'insertTenant', tenant: { id: `tnt_${process.pid}`, name: 'one of many', limits: {}, createdAt: now, version: 1 } },
])
await store.close()

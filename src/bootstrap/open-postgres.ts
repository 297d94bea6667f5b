import type { Bus } from '../ports/bus.ts'
import { prefixOf } from '../queue/bullmq/other-installations.ts'
import { openRedisBus } from '../queue/bullmq/redis-bus.ts'
import { systemClock } from '../runtime/clock.ts'
import { startServerClock } from '../runtime/server-clock.ts'
import { loadMasterKey } from '../store/folder/master-key.ts'
import { openPostgresStore } from '../store/postgres/open.ts'
import { createEncryptor } from '../store/rows/encryption.ts'
import type { Boot } from './boot.ts'
import type { JoinedStore, OwnStore } from './open-store.ts'

/** The store that processes on any hosts share. Throws `CannotOpen`. */
export async function openPostgres({ config, log, metrics }: Boot): Promise<OwnStore> {
  const { database, dataDir, secrets, redisUrl } = config
  if (database.target === null) throw new Error('asked for a store on PostgreSQL without DATABASE_URL')
  const { store, serverTime } = await openPostgresStore({
    ...database.target,
    encryptor: createEncryptor(loadMasterKey({ dataDir, masterKey: secrets.masterKey ?? undefined })),
    now: systemClock.now(),
    allowUnsafe: database.allowUnsafe,
    groups: database.groups,
    prepare: database.prepare,
    onGroup: metrics.group,
    onWarning: (message) => log.error({ message }, 'PostgreSQL warns: what it has committed may not be safe'),
  })
  const { unsafe } = (await store.health()).details
  if (unsafe !== undefined) log.warn({ settings: unsafe }, 'DATABASE_UNSAFE: this server may lose what it has acknowledged')
  const time = await startServerClock(systemClock, serverTime, log)
  const bus = redisUrl === null ? null : openRedisBus({ url: redisUrl, prefix: prefixOf(await store.installation()) })
  return {
    store: metrics.watchStore({
      ...store,
      async close() {
        time.stop()
        bus?.close()
        await store.close()
      },
    }),
    bus: bus ?? SILENT,
    clock: time.clock,
    isShared: true,
    listen: async () => {},
    workersLeft: async () => {},
  }
}

/** The same for a worker. The API answers at `PUBLIC_URL`, whichever processes those are. */
export async function joinPostgres(boot: Boot): Promise<JoinedStore> {
  const { store, bus, clock, isShared } = await openPostgres(boot)
  const api = { publicUrl: boot.config.server.publicUrl ?? '', host: '', port: 0 }
  return { store, bus: bus ?? SILENT, clock, isShared, owner: () => api, announceStop() {} }
}

/** Without a Redis: other processes that may be there all the same are not told, and find what is due by themselves. */
const SILENT: Bus = { publish() {}, subscribe: () => () => {} }

/** What end-to-end tests stand on: a folder of their own, the real service over it, and a receiver. Gone when the tests end. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { inRole, onPostgres, type Role, startInstallation } from './installation.ts'
import { startPostgres } from './postgres.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { startRedis } from './redis.ts'
import { launch, removeFolder, type Service, startService, tempFolder } from './service.ts'
import { ALONE, type Topology } from './topologies.ts'

export const E2E_HANDLERS = fileURLToPath(new URL('../e2e/handlers', import.meta.url))

export interface Fixture {
  folder: string
  dataDir: string
  receiver: Receiver
  /** Starts the service on the fixture's data folder; again after a stop or a kill. Gives the process that answers requests. */
  start(env?: Record<string, string>): Promise<Service>
  /** The processes that answer requests, in the order of their starts. */
  readonly services: readonly Service[]
  /** The processes started beside them. */
  readonly workers: readonly Service[]
  /** Starts one process of it alone. */
  startOne(role: Role, env?: Record<string, string>): Promise<Service>
  /** Launches one more that would answer requests, and waits for nothing: it must be refused. */
  launchSecond(): ReturnType<typeof launch>
}

/** For one test. */
export async function setUp(topology = ALONE): Promise<Fixture> {
  const { close, ...fixture } = await createFixture(topology)
  onTestFinished(close)
  return fixture
}

/** One service for all tests of the `describe` it is called in; a test asks for it when it runs. */
export function sharedService(topology: Topology, env: Record<string, string> = {}): () => Fixture & { service: Service } {
  let fixture: Awaited<ReturnType<typeof createFixture>> | undefined
  beforeAll(async () => {
    fixture = await createFixture(topology)
    await fixture.start(env)
  })
  afterAll(() => fixture?.close())
  return () => {
    const service = fixture?.services.at(-1)
    if (fixture === undefined || service === undefined) throw new Error('asked for the service before it has started')
    return { ...fixture, service }
  }
}

/** A receiver for one test of a service that others share. */
export async function ownReceiver(): Promise<Receiver> {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.close())
  return receiver
}

async function createFixture(topology: Topology): Promise<Fixture & { close(): Promise<void> }> {
  const folder = await tempFolder()
  const receiver = await startReceiver()
  const redis = topology.redis ? await startRedis() : null
  const redisUrl = redis?.url ?? null
  const postgres = topology.postgres ? await startPostgres() : null
  const shared = postgres === null ? {} : await onPostgres(await postgres.database())
  const services: Service[] = []
  const workers: Service[] = []
  const dataDir = join(folder, 'data')
  const optionsOf = (env: Record<string, string>) => ({ dataDir, handlersDir: E2E_HANDLERS, env: { LOG_LEVEL: 'warn', ...shared, ...env } })
  return {
    folder,
    dataDir,
    receiver,
    services,
    workers,
    async start(env = {}) {
      const installation = await startInstallation({ ...optionsOf(env), redisUrl, workers: topology.workers })
      services.push(installation.api)
      workers.push(...installation.workers)
      return installation.api
    },
    async startOne(role, env = {}) {
      const service = await startService(inRole(role, redisUrl, optionsOf(env)))
      const kept = role === 'worker' ? workers : services
      kept.push(service)
      return service
    },
    launchSecond: () => launch(inRole(topology.workers === 0 ? 'all' : 'api', redisUrl, optionsOf({}))),
    async close() {
      for (const service of [...services, ...workers]) await service.kill()
      await redis?.close()
      await postgres?.close()
      await receiver.close()
      await removeFolder(folder)
    },
  }
}

/** What an end-to-end test stands on: a folder of its own, the real service over it, and a receiver. Gone when the test ends. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { inRole, type Role, startInstallation } from './installation.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { startRedis } from './redis.ts'
import { launch, removeFolder, type Service, startService, tempFolder } from './service.ts'
import { ALONE } from './topologies.ts'

export const E2E_HANDLERS = fileURLToPath(new URL('../e2e/handlers', import.meta.url))

export interface Stage {
  folder: string
  dataDir: string
  receiver: Receiver
  /** Starts the service on the stage's data folder; again after a stop or a kill. Gives the process that answers requests. */
  start(env?: Record<string, string>): Promise<Service>
  /** The processes started beside it so far. */
  readonly workers: readonly Service[]
  /** Starts one process of it alone. */
  startOne(role: Role, env?: Record<string, string>): Promise<Service>
  /** Launches one more that would answer requests, and waits for nothing: it must be refused. */
  launchSecond(): ReturnType<typeof launch>
}

export async function setStage(shape = ALONE): Promise<Stage> {
  const folder = await tempFolder()
  const receiver = await startReceiver()
  const redis = shape.redis ? await startRedis() : null
  const redisUrl = redis?.url ?? null
  const services: Service[] = []
  const workers: Service[] = []
  onTestFinished(async () => {
    for (const service of [...services, ...workers]) await service.kill()
    await redis?.close()
    await receiver.close()
    await removeFolder(folder)
  })
  const dataDir = join(folder, 'data')
  const optionsOf = (env: Record<string, string>) => ({ dataDir, handlersDir: E2E_HANDLERS, env: { LOG_LEVEL: 'warn', ...env } })
  return {
    folder,
    dataDir,
    receiver,
    workers,
    async start(env = {}) {
      const installation = await startInstallation({ ...optionsOf(env), redisUrl, workers: shape.workers })
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
    launchSecond: () => launch(inRole(shape.workers === 0 ? 'all' : 'api', redisUrl, optionsOf({}))),
  }
}

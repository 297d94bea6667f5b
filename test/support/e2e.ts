/** What an end-to-end test stands on: a folder of its own, the real service over it, and a receiver. Gone when the test ends. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Receiver, startReceiver } from './receiver.ts'
import { removeFolder, type Service, startService, tempFolder } from './service.ts'

export const E2E_HANDLERS = fileURLToPath(new URL('../e2e/handlers', import.meta.url))

export interface Stage {
  folder: string
  dataDir: string
  receiver: Receiver
  /** Starts the service on the stage's data folder; again after a stop or a kill. */
  start(env?: Record<string, string>): Promise<Service>
}

export async function setStage(): Promise<Stage> {
  const folder = await tempFolder()
  const receiver = await startReceiver()
  const services: Service[] = []
  onTestFinished(async () => {
    for (const service of services) await service.kill()
    await receiver.close()
    await removeFolder(folder)
  })
  const dataDir = join(folder, 'data')
  return {
    folder,
    dataDir,
    receiver,
    async start(env = {}) {
      const service = await startService({ dataDir, handlersDir: E2E_HANDLERS, env: { LOG_LEVEL: 'warn', ...env } })
      services.push(service)
      return service
    },
  }
}

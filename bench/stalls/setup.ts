/** Services for the parts of `stalls`, each in a fresh data folder; all of it is gone afterwards. */
import { join } from 'node:path'
import { HANDLERS } from '../../fault/harness/builds.ts'
import { removeFolder, type Service, type ServiceOptions, startService, tempFolder } from '../../test/support/service.ts'
import { createSteadyLoad, type SteadyLoad, type Verdict } from './steady-load.ts'

/** A service with its steady load. */
export interface Side {
  service: Service
  load: SteadyLoad
}

export interface Setup {
  /** The data folder of that name. */
  dataDir(name: string): string
  /** Starts a service on the data folder of that name. */
  side(name: string, options?: Pick<ServiceOptions, 'env' | 'preload' | 'under'>): Promise<Side>
}

/** Gives what `act` gives, once every service is stopped and the folder is removed. */
export async function withService<T>(act: (setup: Setup) => Promise<T>): Promise<T> {
  const folder = await tempFolder()
  const sides: Side[] = []
  const setup: Setup = {
    dataDir: (name) => join(folder, name),
    async side(name, { env = {}, ...options } = {}) {
      const service = await startService({
        dataDir: join(folder, name),
        handlersDir: HANDLERS,
        env: { LOG_LEVEL: 'warn', ...env },
        ...options,
      })
      const side = { service, load: await createSteadyLoad(service) }
      sides.push(side)
      return side
    },
  }
  try {
    return await act(setup)
  } finally {
    for (const { service, load } of sides) {
      await service.kill()
      await load.close()
    }
    await removeFolder(folder)
  }
}

/** The verdicts on several sides as one. */
export async function verdictOfAll(sides: readonly Side[]): Promise<Verdict> {
  const verdicts = await Promise.all(sides.map(({ load }) => load.verdict()))
  const sum = (of: 'acknowledged' | 'refused') => verdicts.reduce((total, verdict) => total + verdict[of], 0)
  return { acknowledged: sum('acknowledged'), refused: sum('refused'), faults: verdicts.flatMap(({ faults }) => faults) }
}

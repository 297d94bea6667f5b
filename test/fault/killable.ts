/** The one service of a round, over all its lives: whoever needs it waits for the next life. */
import { type Service, type ServiceOptions, startService } from '../support/service.ts'
import { type Entry, machineTime } from './history.ts'

export interface Killable {
  /** Starts it if it is not running; settles when it is ready. */
  start(): Promise<Service>
  /** The running service, as soon as there is one; null once the round is over. */
  started(): Promise<Service | null>
  /** The running service, or null while there is none. */
  alive(): Service | null
  /** SIGKILL. Throws when it was gone before. */
  kill(): Promise<void>
  /** The round is over: nothing runs any more, nobody waits any more. */
  end(): Promise<void>
}

export function createKillable(options: ServiceOptions, note: (entry: Entry) => void): Killable {
  let service: Service | null = null
  let next = Promise.withResolvers<Service | null>()

  return {
    async start() {
      if (service) return service
      note({ kind: 'start', at: machineTime() })
      service = await startService(options)
      note({ kind: 'ready', at: machineTime(), ms: service.readyMs })
      next.resolve(service)
      return service
    },
    started: () => next.promise,
    alive: () => service,
    async kill() {
      const victim = service
      if (victim === null) throw new Error('there is nothing to kill')
      service = null
      next = Promise.withResolvers()
      note({ kind: 'kill', at: machineTime() })
      const exit = await victim.kill()
      if (exit.signal !== 'SIGKILL') throw new Error(`the service was gone before its kill; it printed:\n${victim.output()}`)
    },
    async end() {
      next.resolve(null)
      next = Promise.withResolvers()
      next.resolve(null)
      await service?.kill()
      service = null
    },
  }
}

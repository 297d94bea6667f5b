/** The one service of a round, over all its lives: whoever needs it waits for the next life. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Exit, type Service, type ServiceOptions, startService } from '../../test/support/service.ts'
import { type Entry, machineTime } from './history.ts'

export interface SecondSignal {
  signal: 'SIGTERM' | 'SIGKILL'
  afterMs: number
}

export interface Stopped {
  /** When the first signal was sent, on the history's clock. */
  at: number
  exit: Exit
  /** Whether the second signal ended it. */
  cut: boolean
}

export interface RestartableService {
  /** Starts it if it is not running; settles when it is ready. */
  start(): Promise<Service>
  /** The running service, as soon as there is one; null once the round is over. */
  started(): Promise<Service | null>
  /** The running service, or null while there is none. */
  alive(): Service | null
  /** SIGKILL. Throws when it was gone before. */
  kill(): Promise<void>
  /** Settles when it has ended by itself. */
  fall(): Promise<Exit>
  /**
   * SIGTERM, and when it has not ended so long after it was seen to be stopping, the second signal. Clients meet it until it
   * is gone.
   */
  stop(second?: SecondSignal): Promise<Stopped>
  /** SIGSTOP, and SIGCONT once `thaw` has settled. */
  freeze(thaw: () => Promise<void>): Promise<void>
  /** The round is over: nothing runs any more, nobody waits any more. */
  end(): Promise<void>
}

/**
 * @param options of each life; the first is 1
 * @param name which process of the service it is, where there are several
 */
export function createRestartable(
  options: (life: number) => ServiceOptions,
  note: (entry: Entry) => void,
  name?: string,
): RestartableService {
  const process = name === undefined ? {} : { process: name }
  let service: Service | null = null
  let lives = 0
  let next = Promise.withResolvers<Service | null>()

  return {
    async start() {
      if (service) return service
      note({ kind: 'start', at: machineTime(), ...process })
      lives += 1
      service = await startService(options(lives))
      note({ kind: 'ready', at: machineTime(), ms: service.readyMs, ...process })
      next.resolve(service)
      return service
    },
    started: () => next.promise,
    alive: () => service,
    async kill() {
      const target = service
      if (target === null) throw new Error('there is nothing to kill')
      service = null
      next = Promise.withResolvers()
      note({ kind: 'kill', at: machineTime(), ...process })
      const exit = await target.kill()
      if (exit.signal !== 'SIGKILL') throw new Error(`the service was gone before its kill; it printed:\n${target.output()}`)
    },
    async fall() {
      const target = service
      if (target === null) throw new Error('there is nothing that could end')
      const exit = await target.exited
      note({ kind: 'kill', at: machineTime(), ...process })
      service = null
      next = Promise.withResolvers()
      await target.api.close()
      return exit
    },
    async stop(second) {
      const target = service
      if (target === null) throw new Error('there is nothing to stop')
      const at = machineTime()
      note({ kind: 'stop', at, ...process })
      target.signal('SIGTERM')
      let secondAt: number | null = null
      if (second) {
        // Two signals of a kind become one when the first has not been heard yet.
        await untilStopping(target)
        const gone = await Promise.race([target.exited.then(() => true), sleep(second.afterMs, false)])
        if (!gone) {
          secondAt = machineTime()
          target.signal(second.signal)
        }
      }
      const exit = await target.exited
      const cut = secondAt !== null && exit.code !== 0
      if (secondAt !== null && cut) note({ kind: 'kill', at: secondAt, ...process })
      service = null
      next = Promise.withResolvers()
      await target.api.close()
      return { at, exit, cut }
    },
    async freeze(thaw) {
      const target = service
      if (target === null) throw new Error('there is nothing to freeze')
      const at = machineTime()
      target.signal('SIGSTOP')
      await thaw()
      target.signal('SIGCONT')
      note({ kind: 'freeze', at, ms: machineTime() - at, ...process })
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

/** Not ready any more, or not listening: it has heard the signal. */
async function untilStopping({ api }: Service): Promise<void> {
  while ((await api.call('GET', '/readyz').catch(() => null))?.status === 200);
}

/** A service that is killed once at a moment nobody here chooses: whoever asks it waits for its next life. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Api } from '../../../test/support/api.ts'
import { type Exit, launch, type Service, type ServiceOptions, whenReady } from '../../../test/support/service.ts'
import { type Entry, machineTime } from '../../harness/history.ts'

/** For one request, all lives together. */
const PATIENCE_MS = 60_000

export interface CrashingProcess {
  /** The service of the present life, as soon as it is ready. */
  service(): Promise<Service>
  /** The first answer that is not a 5xx, whichever life gives it. Throws after 60 s. */
  ask(call: (api: Api) => Promise<Answer>): Promise<Answer>
  /** A request had no answer at that time, so the kill has come by then. */
  silent(at: number): void
  /** Whether the kill has come. */
  wasKilled(): boolean
  /** SIGTERM; settles when the process is gone, killed on the way or not. */
  stop(): Promise<Exit>
  /** Starts it again after a stop. */
  restart(): Promise<Service>
  /** Nothing runs any more. */
  end(): Promise<void>
}

export interface CrashingProcessOptions {
  /** How it is started for the life that is killed, and for those after. */
  first: ServiceOptions
  later: ServiceOptions
  note(entry: Entry): void
  /** Settles when the checker has taken all that a dead process had sent. */
  caughtUp(): Promise<unknown>
}

export function startCrashingProcess({ first, later, note, caughtUp }: CrashingProcessOptions): CrashingProcess {
  let killed = false
  let stopping = false
  let silentAt = Number.POSITIVE_INFINITY
  let launched = launch(first)
  let life = awaited(live())

  /** The life of what was launched last; of the one after it when that was killed before it was ready. */
  async function live(): Promise<Service> {
    const born = launched
    const isFirst = !killed
    note({ kind: 'start', at: machineTime() })
    void born.exited.then(({ signal }) => {
      if (signal !== 'SIGKILL' || !isFirst) return
      killed = true
      // It was gone before anybody could notice.
      note({ kind: 'kill', at: Math.min(machineTime(), silentAt) - 0.001 })
      if (!stopping) life = nextLife()
    })
    try {
      const service = await whenReady(born)
      note({ kind: 'ready', at: machineTime(), ms: service.readyMs })
      void born.exited.then(() => service.api.close())
      return service
    } catch (error) {
      await Promise.race([born.exited, sleep(1000)])
      if (isFirst && killed) return life
      throw error
    }
  }

  function nextLife(): Promise<Service> {
    return awaited(
      caughtUp().then(() => {
        launched = launch(later)
        return live()
      }),
    )
  }

  return {
    service: () => life,
    async ask(call) {
      for (const giveUpAt = machineTime() + PATIENCE_MS; machineTime() < giveUpAt; await sleep(5)) {
        const { api } = await life
        const answer = await call(api).catch(() => null)
        if (answer !== null && answer.status < 500) return answer
      }
      throw new Error(`no answer in ${PATIENCE_MS} ms`)
    },
    silent(at) {
      if (!killed) silentAt = Math.min(silentAt, at)
    },
    wasKilled: () => killed,
    async stop() {
      const service = await life
      stopping = true
      return service.stop()
    },
    restart() {
      stopping = false
      life = nextLife()
      return life
    },
    async end() {
      stopping = true
      launched.signal('SIGKILL')
      await launched.exited
    },
  }
}

/** Its failure is met by whoever asks for it, and that may be later. */
function awaited<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

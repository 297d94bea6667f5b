/** `ringback dev`: the service, started anew whenever a handler is saved, with every run in words. */
import { onStopSignals } from '../bootstrap/stop-signals.ts'
import type { Config } from '../config/load.ts'
import { describeLine } from './describe-line.ts'
import { type ServiceProcess, startProcess } from './service-process.ts'
import { watchModules } from './watch-modules.ts'

/** Exit code of an end in haste. */
const FAILED = 1

/** Runs until a signal ends it. With `json` standard output has the lines of the service's log as they are, standard error the words. */
export async function dev({ handlers: { dir } }: Config, { json = false }: { json?: boolean } = {}): Promise<void> {
  let service: ServiceProcess
  let restarting = false
  let stopping = false
  /** What the system chose for `PORT=0` stays, so that the URLs do. */
  let port: string | null = null
  let starts = 0

  const print = (text: string) => void (json ? process.stderr : process.stdout).write(`${text}\n`)
  const start = () => {
    starts += 1
    const isFirst = starts === 1
    service = startProcess(port === null ? {} : { PORT: port }, (line) => {
      const { text, url, isBanner } = describeLine(line)
      if (url !== null) port = new URL(url).port
      if (json && !isBanner) process.stdout.write(`${line}\n`)
      else if (text !== null && (isFirst || !isBanner)) print(text)
      if (url !== null && !isFirst) print('ready again')
    })
    void service.exited.then((code) => {
      if (!stopping && !restarting) print(`the service ended with ${code}; it starts again when a handler is saved`)
    })
  }
  const restart = async (file: string) => {
    // What is saved until it has stopped is read by the new one.
    if (restarting || stopping) return
    restarting = true
    print(`${file} was saved: runs are handed back, and go on in the new service`)
    await service.stop()
    restarting = false
    if (!stopping) start()
  }
  const stop = async () => {
    stopping = true
    await service.stop()
    process.exit(0)
  }

  onStopSignals({
    stop: () => void stop(),
    endNow() {
      service.kill()
      process.exit(FAILED)
    },
    monotonic: () => performance.now(),
  })
  start()
  if (dir !== null) watchModules(dir, (file) => void restart(file))
}

/** `ringback serve`: the service, from its configuration to its end. Imports everything; nobody imports it. */
import packageJson from '../package.json' with { type: 'json' }
import type { Boot, Service } from './bootstrap/boot.ts'
import { startAll } from './bootstrap/start-all.ts'
import { startApi } from './bootstrap/start-api.ts'
import { startWorker } from './bootstrap/start-worker.ts'
import { onStopSignals } from './bootstrap/stop-signals.ts'
import type { Config } from './config/load.ts'
import type { Role } from './config/settings.ts'
import { createMetrics } from './metrics/metrics.ts'
import { systemClock } from './runtime/clock.ts'
import { createLog } from './runtime/log.ts'
import { createLogStream } from './runtime/log-stream.ts'
import { holdDataFolder } from './store/folder/data-folder.ts'
import { openTracing } from './tracing/open-tracing.ts'

/** Exit code of an end in haste. */
const FAILED = 1
/** The last lines of the log wait so long, milliseconds, for a slow reader of standard output. */
const LAST_LINES_MS = 100

const START: Record<Role, (boot: Boot) => Promise<Service>> = { all: startAll, api: startApi, worker: startWorker }

/**
 * Runs the service until a signal ends it. With `json` nothing but the log is on standard output. Rejects, having printed nothing, when it
 * cannot start.
 */
export async function serve(config: Config, { json = false }: { json?: boolean } = {}): Promise<void> {
  // Diagnostic reports hold the environment, and so our secrets, unless every thread is told otherwise.
  process.report.excludeEnv = true
  const output = createLogStream(process.stdout, systemClock.now)
  const log = createLog(config.logLevel, output)
  // The supervisor starts a fresh process, and the store has all that matters.
  const die = (error: unknown): never => {
    log.error({}, 'unexpected; the process ends', error)
    process.exit(FAILED)
  }
  const tracing = await openTracing(packageJson.version)
  const hasFolder = config.role !== 'worker' && config.database.target === null
  const leaveFolder = hasFolder ? holdDataFolder(config.dataDir) : () => {}

  let takesWork = false
  const beforeWork = () => {
    takesWork = true
  }
  const metrics = createMetrics(packageJson.version)
  const starting = START[config.role]({ config, version: packageJson.version, log, metrics, tracing, beforeWork, die })
  const stop = async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping')
    // A start that takes no work yet has nothing to end in order, and what it waits for may never come.
    if (takesWork) await starting.then((service) => service.stop(config.shutdownTimeoutMs))
    leaveFolder()
    log.info({}, 'stopped')
    await output.flush(LAST_LINES_MS)
    process.exit(0)
  }
  onStopSignals({ stop: (signal) => void stop(signal), endNow: () => process.exit(FAILED), monotonic: systemClock.monotonic })

  const { banner } = await starting.catch((error) => {
    leaveFolder()
    throw error
  })
  for (const warning of config.warnings) log.warn({}, warning)
  // With `--json` the log has standard output for itself.
  if (json) process.stderr.write(banner)
  else output.write(banner)
  process.on('unhandledRejection', die)
  process.on('uncaughtException', die)
}

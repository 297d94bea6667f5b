import { randomBytes } from 'node:crypto'
import { keyHash } from '../domain/api-key.ts'
import { createHttp } from '../http/app.ts'
import { readiness } from '../lifecycle/engine/readiness.ts'
import { systemClock } from '../runtime/clock.ts'
import { deriveKey, loadMasterKey } from '../store/folder/master-key.ts'
import type { Assembled } from './assemble.ts'
import type { Boot } from './boot.ts'

/**
 * A request refused for load is told so after a delay: a hundred connections that ask again at once are refused 200 times a second, not
 * 10,000. The delay is random, so that they do not come back together. Milliseconds.
 */
const REFUSAL_DELAY = { least: 250, most: 750 }

/**
 * Answers requests with the application from here on.
 *
 * @param isWorker true: only the routes that an operator asks of a worker, which are health and metrics
 */
export function openApp({ config, metrics }: Boot, { context, front, stopping }: Assembled, { isWorker }: { isWorker: boolean }): void {
  if (front === null) return
  const { connections } = front.server
  const isStopping = () => stopping.signal.aborted
  // Without a key of the operator's, nobody has the one that is compared with.
  const adminKey = config.secrets.adminApiKey ?? randomBytes(32).toString('hex')
  front.handOver(
    createHttp(context, {
      adminKeyHash: keyHash(adminKey),
      tokenKey: isWorker ? randomBytes(32) : tokenKey(config),
      corsOrigins: config.server.corsOrigins,
      maxBody: config.maxBody,
      maxResult: config.maxResult,
      isWorker,
      dashboard: config.dashboard,
      stopping: isStopping,
      metrics: () => metrics.text({ ...context, connections, readiness: () => readiness(context, isStopping()) }),
      holdBack: () => systemClock.sleep(REFUSAL_DELAY.least + Math.random() * (REFUSAL_DELAY.most - REFUSAL_DELAY.least)),
    }),
  )
}

/** Signs tokens: the same after every start of this installation. */
function tokenKey({ dataDir, secrets: { masterKey } }: Boot['config']): Uint8Array {
  return deriveKey(loadMasterKey({ dataDir, ...(masterKey === null ? {} : { masterKey }) }), 'job tokens')
}

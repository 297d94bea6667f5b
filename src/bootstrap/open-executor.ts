import { DEFAULT_TENANT_ID } from '../domain/tenant.ts'
import { createExecutor } from '../handlers/executor.ts'
import type { Executor } from '../ports/executor.ts'
import type { Clock } from '../ports/runtime.ts'
import type { Store } from '../ports/store.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Boot } from './boot.ts'

/** What runs the jobs: handler modules in threads, and upstreams, signed as callbacks of the tenant `default` are. Throws `LoadError`. */
export async function openExecutor(
  { config, version, log, metrics, tracing }: Boot,
  { store, clock }: { store: Store; clock: Clock },
): Promise<Executor> {
  const { dir, upstreams, threads, memory, env } = config.handlers
  const executor = await createExecutor({
    handlersDir: dir,
    upstreams,
    maxResult: config.maxResult,
    signingSecrets: async () => (await store.tenants.signingSecrets(DEFAULT_TENANT_ID, null, clock.now())).map(({ secret }) => secret),
    version,
    threads,
    maxMemory: memory,
    env,
    clock: systemClock,
    log,
    tracing,
  })
  return metrics.watchExecutor(executor, systemClock)
}

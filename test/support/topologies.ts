/** How the service is spread over processes: what is promised in one topology is promised in all. */
import { describe } from 'vitest'
import { skipsWithoutPostgres } from './postgres.ts'
import { skipsWithoutRedis } from './redis.ts'

export interface Topology {
  name: string
  redis: boolean
  /** Processes beside the one that answers requests; with none it does the work itself. */
  workers: number
  /** The data is in PostgreSQL, and no process has a folder. */
  postgres?: boolean
}

export const ALONE: Topology = { name: 'in one process', redis: false, workers: 0 }
export const ALONE_ON_REDIS: Topology = { name: 'in one process on Redis', redis: true, workers: 0 }
export const WITH_WORKER: Topology = { name: 'with a worker beside it', redis: true, workers: 1 }
export const WITH_TWO_WORKERS: Topology = { name: 'with two workers beside it', redis: true, workers: 2 }

export const ON_POSTGRES: Topology = { name: 'with two workers, on PostgreSQL', redis: true, workers: 2, postgres: true }

const hasNoRedis = skipsWithoutRedis('the service in several processes')
const hasNoPostgres = skipsWithoutPostgres('the service on PostgreSQL')
const runsAll = process.env.CI === 'true' || process.env.TEST_ALL === 'true'

/** The same tests in each of the topologies. `npm test` runs the first one only, `npm run test:all` and CI run all of them. */
export function describeIn(topologies: readonly Topology[], name: string, tests: (topology: Topology) => void): void {
  for (const [n, topology] of topologies.entries()) {
    describe.skipIf((n > 0 && !runsAll) || (topology.redis && hasNoRedis) || (topology.postgres === true && hasNoPostgres))(
      `${name}, ${topology.name},`,
      () => tests(topology),
    )
  }
}

/** The driver over connections to one PostgreSQL database. */
import { type StoreHealth, StoreUnavailable } from '../../ports/store.ts'
import type { Driver } from '../driver/driver.ts'
import type { KeyReads, Scans } from '../driver/queries.ts'
import { putMeta } from '../steps/change.ts'
import { type Connection, connect, type Reach } from './connection/connect.ts'
import { errorOf } from './connection/failures.ts'
import { createPool } from './connection/pool.ts'
import type { ServerFacts } from './connection/server.ts'
import type { Purpose } from './connection/session.ts'
import { askIn, causeOf } from './queries/ask.ts'
import { keyReads } from './queries/key-reads.ts'
import { scans } from './queries/scans.ts'
import { statement } from './statements/statement.ts'
import { createClaims } from './writes/claims.ts'
import { createGroupCommit, type Group, type WriteLimits } from './writes/group-commit.ts'
import { memberOf } from './writes/member.ts'

/** Connections for claims, and for reads. Scans have one of their own, so that a long one delays no read by key. */
const CLAIMS = 2
const READS = 2
const SCANS = 1

const SERVER_TIME = statement('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS ms')

/** How the driver is opened. */
export interface DriverOptions {
  reach: Reach
  /** Transactions of changes under way at a time. */
  groups: number
  limits: WriteLimits
  onGroup(group: Group): void
  /** Of the first connection. */
  facts: ServerFacts
}

/** Connections are made as they are needed. */
export function createDriver({ reach, groups, limits, onGroup, facts }: DriverOptions): Driver & { serverTime(): Promise<number> } {
  let isClosed = false
  let known = facts
  const open = (purpose: Purpose) => async (): Promise<Connection> => {
    const connection = await connect(reach, purpose)
    known = connection.facts
    return connection
  }
  const pools = {
    writes: createPool(groups, open('write')),
    claims: createPool(CLAIMS, open('claim')),
    reads: createPool(READS, open('read')),
    scans: createPool(SCANS, open('read')),
  }
  const commits = createGroupCommit(pools.writes, groups, limits, onGroup)
  const claims = createClaims(pools.claims)
  const ask = askIn(pools.reads)
  const reads = keyReads(ask)
  const longReads = scans(askIn(pools.scans))

  async function answered<T>(ask: () => Promise<T>): Promise<T> {
    if (isClosed) throw new StoreUnavailable('closed', 'the store is closed')
    try {
      return await ask()
    } catch (error) {
      throw errorOf(causeOf(error))
    }
  }

  /** After a refusal only a write can tell whether the server takes writes again. */
  async function refusal(): Promise<string | null> {
    if (isClosed) return 'the store is closed'
    try {
      if (commits.trouble() === null) await reads.meta('probe')
      else await commits.write(memberOf(putMeta('probe', '')))
      return null
    } catch (error) {
      return errorOf(causeOf(error)).message
    }
  }

  return {
    serverTime: () => answered(async () => Number((await ask.one<{ ms: number }>(SERVER_TIME))?.ms)),
    write: (steps) => answered(() => commits.write(memberOf(steps))),
    claimJobs: (claim) => answered(() => claims.claimJobs(claim)),
    leaseJobs: (lease) => answered(() => claims.leaseJobs(lease)),
    claimDeliveries: (claim) => answered(() => claims.claimDeliveries(claim)),
    leaseDeliveries: (lease) => answered(() => claims.leaseDeliveries(lease)),
    read: <Name extends keyof KeyReads>(name: Name, ...params: Parameters<KeyReads[Name]>) => {
      const read = reads[name] as (...params: Parameters<KeyReads[Name]>) => Promise<ReturnType<KeyReads[Name]>>
      return answered(() => read(...params))
    },
    scan: <Name extends keyof Scans>(name: Name, ...params: Parameters<Scans[Name]>) => {
      const scan = longReads[name] as (...params: Parameters<Scans[Name]>) => Promise<ReturnType<Scans[Name]>>
      return answered(() => scan(...params))
    },
    async health(): Promise<StoreHealth> {
      const reason = await refusal()
      const { changes, bytes } = commits.waiting()
      const stats = { waitingChanges: changes, waitingBytes: bytes, walBytes: null }
      return { ok: reason === null, reason, details: known, stats }
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await commits.drained()
      await Promise.all(Object.values(pools).map((pool) => pool.close()))
    },
  }
}

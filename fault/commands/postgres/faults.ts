/** What is done to PostgreSQL, and to the processes that stand on it, in a round of `postgres`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { TestPostgres } from '../../../test/support/postgres.ts'
import type { PostgresProxy } from '../../../test/support/postgres-proxy.ts'
import type { RestartableService } from '../../harness/restartable-service.ts'
import type { Rng } from '../../harness/rng.ts'

/** Connections cut in one round. */
const CUTS = 5
const LOOK_MS = 20
/** A cut that has not come by then does not come, milliseconds. */
const CUTS_MS = 15_000
const OURS = `FROM pg_stat_activity WHERE application_name LIKE 'ringback%' AND datname = current_database()`

export interface Target {
  server: TestPostgres
  /** Of the database, past the proxy. */
  url: string
  /** What the processes know as the server. */
  proxy: PostgresProxy
  apis: readonly RestartableService[]
  workers: readonly RestartableService[]
  rng: Rng
  /** Settles when every callback that had left the service before is in the history. */
  caughtUp(): Promise<unknown>
}

export interface Fault {
  name: string
  /** Settles when what was broken is back; with how many things it has met, such as connections cut. */
  inject(target: Target): Promise<number>
}

const RESTARTED: Fault = {
  name: 'restarted in immediate mode',
  async inject({ server, rng }) {
    await server.kill()
    await sleep(rng.between(50, 1_500))
    await server.start()
    return 1
  },
}

const TERMINATED: Fault = {
  name: 'backends terminated',
  async inject({ server, url, rng }) {
    let met = 0
    for (let times = 0; times < CUTS; times += 1) {
      met += (await server.ask(url, `SELECT pg_terminate_backend(pid) ${OURS}`)).length
      await sleep(rng.between(20, 300))
    }
    return met
  },
}

/** @param arm sets the trap */
function cutting(name: string, arm: (proxy: PostgresProxy) => void): Fault {
  return {
    name,
    async inject({ proxy }) {
      const before = proxy.cuts
      arm(proxy)
      for (let waited = 0; proxy.cuts < before + CUTS && waited < CUTS_MS; waited += LOOK_MS) await sleep(LOOK_MS)
      proxy.cutRequests('', 0)
      proxy.cutReplies('', 0)
      return proxy.cuts - before
    },
  }
}

/** The name under which each connection keeps the statement, and its answer. */
export const CUT_BEFORE: Fault = cutting('cut before COMMIT', (proxy) => proxy.cutRequests('\0commit\0', CUTS))
const CUT_AFTER: Fault = cutting('cut after COMMIT, before the answer', (proxy) => proxy.cutReplies('COMMIT\0', CUTS))

const CROWDED: Fault = {
  name: 'connection limit reached',
  async inject({ server, url, rng }) {
    const crowd: Client[] = []
    let met = 0
    try {
      // Half of ours must come back, and find no room.
      const terminated = server.ask(url, `SELECT pg_terminate_backend(pid) ${OURS} AND pid % 2 = 0`)
      for (;;) {
        const one = new Client({ connectionString: url })
        one.on('error', () => {})
        try {
          await one.connect()
        } catch {
          break
        }
        crowd.push(one)
      }
      met = (await terminated.catch(() => [])).length
      await sleep(rng.between(500, 1_500))
    } finally {
      await Promise.all(crowd.map((one) => one.end()))
    }
    return met
  },
}

const FULL: Fault = {
  name: 'disk full',
  async inject({ server, rng }) {
    await server.space?.fill()
    await sleep(rng.between(500, 1_500))
    await server.space?.free()
    return server.space === null ? 0 : 1
  },
}

export const FOREIGN: Fault = {
  name: 'a long transaction of another program',
  async inject({ url, rng }) {
    const stranger = new Client({ connectionString: url })
    await stranger.connect()
    try {
      await stranger.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      await stranger.query(`INSERT INTO meta (key, value) VALUES ('stranger', '') ON CONFLICT (key) DO UPDATE SET value = ''`)
      await sleep(rng.between(1_000, 2_500))
      await stranger.query('COMMIT')
    } finally {
      await stranger.end()
    }
    return 1
  },
}

/** Jobs that have ended and wait for their last callback: its end locks them, in the middle of its transaction. */
const LOCK_ENDED = 'SELECT id FROM jobs WHERE finished_at IS NOT NULL AND settled_at IS NULL FOR UPDATE SKIP LOCKED'
/** Transactions of ours that wait for a lock and have written events. The number is of the locks of the feed's writers. */
const HELD_UP = `SELECT 1 FROM pg_stat_activity AS held JOIN pg_locks ON pg_locks.pid = held.pid
  WHERE held.wait_event_type = 'Lock' AND held.datname = current_database()
    AND locktype = 'advisory' AND objsubid = 1 AND granted AND classid::bigint >> 16 = 21074`
/** Turns at the locks, how long each is held at most, and how long when it holds up an event, milliseconds. */
const LOCKS = { turns: 30, ms: 300, heldMs: 400 }

export const LOCKED: Fault = {
  name: 'rows locked by another program',
  async inject({ server, url }) {
    const stranger = new Client({ connectionString: url })
    await stranger.connect()
    let met = 0
    try {
      for (let turn = 0; turn < LOCKS.turns && met < 3; turn += 1) {
        await stranger.query('BEGIN')
        await stranger.query(LOCK_ENDED)
        let isMet = false
        for (const until = Date.now() + LOCKS.ms; !isMet && Date.now() < until; await sleep(LOOK_MS)) {
          isMet = (await server.ask(url, HELD_UP)).length > 0
        }
        if (isMet) await sleep(LOCKS.heldMs)
        if (isMet) met += 1
        await stranger.query('COMMIT')
      }
    } finally {
      await stranger.end()
    }
    return met
  },
}

/** @param membersOf those of which one is killed */
function killed(name: string, membersOf: (target: Target) => readonly RestartableService[]): Fault {
  return {
    name,
    async inject(target) {
      const members = membersOf(target)
      const victim = members[target.rng.between(0, members.length - 1)]
      if (victim === undefined) throw new Error(`there is none: ${name}`)
      await victim.kill()
      // What that life has sent must not be taken for the next one's.
      await target.caughtUp()
      await victim.start()
      return 1
    },
  }
}

const WORKER_KILLED: Fault = killed('a worker killed', ({ workers }) => workers)
const API_KILLED: Fault = killed('an API killed', ({ apis }) => apis)

export const FAULTS: readonly Fault[] = [
  RESTARTED,
  CUT_BEFORE,
  TERMINATED,
  CUT_AFTER,
  WORKER_KILLED,
  CROWDED,
  FULL,
  API_KILLED,
  FOREIGN,
  LOCKED,
]

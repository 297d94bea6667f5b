/** The files and sockets that this process may have open, and how they are shared out so that nobody takes the last one. */
import { readdirSync, readFileSync } from 'node:fs'

/** For the store, a backup, name servers, a Redis and what else opens a file for a moment. */
const SPARE = 32
/** Of a callback: its connection, another address tried beside it, and those kept for the next one. */
const EACH_CALLBACK = 1.5
/** Of a job: a connection or a file of its handler's. */
const EACH_JOB = 2
/** Even where there is hardly room for anything. */
const LEAST = { connections: 8, callbacks: 4 }
/** Inbound connections of which fewer are worth a warning. */
const FEW = 1_000

export interface HandleShares {
  /** Inbound connections held at a time. */
  connections: number
  /** Callbacks in flight. */
  callbacks: number
  /** For the log; null where the limit is high enough for everything. */
  warning: string | null
}

export interface HandleNeeds {
  connections: number
  callbacks: number
  jobs: number
}

/** The limit as it is for this process, which Node has raised as far as the system lets it, and what is open already. Null: it cannot be told. */
export function readHandleLimit(): { limit: number; inUse: number } | null {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return { limit: soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft), inUse: readdirSync('/proc/self/fd').length }
  } catch {
    return null
  }
}

/** What each may have. Callbacks and jobs come before inbound connections, but get no more than half of what is there. */
export function shareHandles(found: { limit: number; inUse: number } | null, needs: HandleNeeds): HandleShares {
  const { connections, callbacks } = needs
  if (found === null) return { connections, callbacks, warning: null }
  const free = found.limit - found.inUse - SPARE
  const outward = Math.min(callbacks * EACH_CALLBACK + needs.jobs * EACH_JOB, free / 2)
  const share = {
    connections: Math.max(LEAST.connections, Math.min(connections, Math.floor(free - outward))),
    callbacks: Math.max(LEAST.callbacks, Math.min(callbacks, Math.floor((outward - needs.jobs * EACH_JOB) / EACH_CALLBACK))),
  }
  if (share.connections >= Math.min(FEW, connections) && share.callbacks === callbacks) return { ...share, warning: null }
  const effect = `${share.connections} connections are held and ${share.callbacks} callbacks sent at a time`
  return { ...share, warning: `Only ${found.limit} files may be open (ulimit -n), so that ${effect}; 4096 is enough for the defaults.` }
}

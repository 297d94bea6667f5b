/** The files and sockets that this process may have open, and how they are shared out so that nothing takes the last one. */
import { readdirSync, readFileSync } from 'node:fs'

/** Kept for the store, a backup, name servers, a Redis and whatever opens a file for a moment. */
const SPARE = 32
/** Handles of a callback: its connection, another address dialled beside it, and connections kept for the next one. */
const EACH_CALLBACK = 1.5
/** Handles of a job: connections or files of its handler. */
const EACH_JOB = 2
/** The least that each gets, however low the limit is. */
const LEAST = { connections: 8, callbacks: 4 }
/** Fewer inbound connections than this are worth a warning. */
const FEW = 1_000

/** How the file handles are shared out. */
export interface HandleShares {
  /** Inbound connections held at a time. */
  connections: number
  /** Callbacks in flight. */
  callbacks: number
  /** For the log; null where the limit is high enough for everything. */
  warning: string | null
}

/** What each would have at most: inbound connections, callbacks in flight and jobs that run. */
export interface HandleNeeds {
  connections: number
  callbacks: number
  jobs: number
}

/** The limit of this process, which Node has raised as far as it may, and what is open already. Null: the system does not say. */
export function readHandleLimit(): { limit: number; inUse: number } | null {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return { limit: soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft), inUse: readdirSync('/proc/self/fd').length }
  } catch {
    return null
  }
}

/** Shares the handles out. Callbacks and jobs come before inbound connections, but get at most half of what is free. */
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

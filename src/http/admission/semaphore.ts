/**
 * A gate with a line before it: few are inside at a time, and of those that wait the tenants have turns. Only so many come in
 * during one turn of the event loop: what was accepted before goes on in between.
 */
import { createShares } from './shares.ts'

export interface GateLimits {
  inside: number
  perTurn: number
  inLine: number
}

export interface Gate {
  /** Resolves inside. False: the line is full. */
  enter(tenantId: string): Promise<void> | false
  leave(tenantId: string): void
}

export function createGate(limits: GateLimits): Gate {
  const inside = createShares(limits.inside)
  const places = createShares(limits.inLine)
  /** Who waits, by tenant; the tenant whose turn is next comes first. */
  const lines = new Map<string, (() => void)[]>()
  /** How many may still come in during this turn of the event loop. */
  let quota = limits.perTurn

  /** False: not now. */
  function letIn(tenantId: string): boolean {
    if (quota === 0 || !inside.take(tenantId, 1)) return false
    if (quota === limits.perTurn) setImmediate(nextTurn)
    quota -= 1
    return true
  }

  function nextTurn(): void {
    quota = limits.perTurn
    serveLines()
  }

  function serveLines(): void {
    for (const [tenantId, line] of lines) {
      if (!letIn(tenantId)) continue
      places.giveBack(tenantId, 1)
      lines.delete(tenantId)
      line.shift()?.()
      // Behind the others, where this loop comes by again.
      if (line.length > 0) lines.set(tenantId, line)
    }
  }

  return {
    enter(tenantId) {
      const line = lines.get(tenantId)
      if (!line && letIn(tenantId)) return Promise.resolve()
      if (!places.take(tenantId, 1)) return false
      return new Promise((resolve) => {
        if (line) line.push(resolve)
        else lines.set(tenantId, [resolve])
      })
    },
    leave(tenantId) {
      inside.giveBack(tenantId, 1)
      serveLines()
    },
  }
}

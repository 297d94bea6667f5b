/** What the operator knows a process by. `startedAt` in milliseconds since the epoch. */
export interface ProcessInfo {
  role: string
  host: string
  pid: number
  startedAt: number
}

/** This process among the workers. */
export interface Identity {
  readonly info: ProcessInfo
  /** Its worker id, which is part of every lease it takes. */
  current(): string
  /** Takes another id: the process was declared dead under the one before, and others have its work. */
  renew(): void
}

/** @param newId gives an id that no worker has ever had: it is the fencing token of every lease. It has no dot. */
export function createIdentity(info: ProcessInfo, newId: () => string): Identity {
  let id = newId()
  return {
    info,
    current: () => id,
    renew() {
      id = newId()
    },
  }
}

/** A worker id that is never used twice: `w` and 16 hex digits. */
export function newWorkerId(randomBytes: (size: number) => Uint8Array): string {
  return `w${Buffer.from(randomBytes(8)).toString('hex')}`
}

/** What the kernel says of a running process (Linux). */
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../../test/support/service.ts'

/** To be loaded before a service whose memory is compared: see `residentOf`. */
export const COLLECT_ON_SIGNAL = new URL('./garbage-collection.ts', import.meta.url)
const COLLECTING_MS = 150

/** Resident memory in bytes once the garbage is collected. */
export async function residentOf(service: Service): Promise<number> {
  service.signal('SIGWINCH')
  await sleep(COLLECTING_MS)
  return memoryOf(service.pid).now
}

/** Resident memory in bytes: now, and at most since the start or the last `resetPeak`. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const figure = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024
  return { now: figure('VmRSS'), peak: figure('VmHWM') }
}

/** See proc_pid_clear_refs(5). */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Time of the processors that a process has taken so far, seconds. */
export function processorTimeOf(pid: number): number {
  // Behind the name, which may hold anything: see proc_pid_stat(5). In hundredths on every Linux that runs Node.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Open sockets of a process. */
export function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => isSocket(`/proc/${pid}/fd/${fd}`)).length
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:')
  } catch {
    // Closed since it was listed.
    return false
  }
}

/** The ports at the other ends of the connections to a local port that a process still holds (IPv4). */
export function openPeers(port: number): number[] {
  const peers: number[] = []
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local = '', peer = '', , , , , , , inode] = line.trim().split(/\s+/)
    // What nobody holds any more, the kernel only finishes: it has no inode.
    if (inode !== '0' && portOf(local) === port && portOf(peer) !== 0) peers.push(portOf(peer))
  }
  return peers
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16)
}

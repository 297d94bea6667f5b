/**
 * The driver of a process beside the owner of the data folder: it reads the file itself, and what it writes goes to the owner
 * over the folder's socket. While the owner is away every write fails with `unreachable`; a connection is tried for ever.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bus, BusMessage } from '../../../ports/bus.ts'
import { type StoreHealth, StoreUnavailable } from '../../../ports/store.ts'
import { CannotOpen } from '../../folder/cannot-open.ts'
import type { Failure } from '../file/failures.ts'
import type { Flat } from '../threads/codec.ts'
import { type FileReads, openFileReads } from '../threads/file-reads.ts'
import type { WorkDriver } from '../threads/work.ts'
import { createWriteQueue, type WriteQueue, type WriterLimits } from '../threads/write-queue.ts'
import { type Build, describeBuild, isSameBuild } from './build.ts'
import { readFrames } from './framing.ts'
import { busBatch, type Handshake, type OwnerInfo, type Published, send, sendPublished } from './protocol.ts'

/** Between two tries to reach the owner, milliseconds. */
const RETRY_MS = 200
const AWAY: Failure = { failed: 'unreachable', message: 'the process that owns the data folder is away' }

/** What a worker's end of the socket needs. */
export interface WriteClientOptions {
  /** The database file and the owner's socket. */
  path: string
  socket: string
  /** This process's. */
  build: Build
  limits: WriterLimits
  /** The owner says where it is: at first, and whenever there is an owner again. */
  onOwner: (owner: OwnerInfo) => void
  /** The disk failed, or the owner is of another build now: the process must stop. Called at most once. */
  onFatal: (error: StoreUnavailable) => void
}

/**
 * Waits until there is an owner. `announceStop` tells it that this process is stopping. Throws `CannotOpen` when it is of another
 * build.
 */
export async function openWriteClient({
  path,
  socket,
  build,
  limits,
  onOwner,
  onFatal,
}: WriteClientOptions): Promise<{ driver: WorkDriver; bus: Bus; announceStop(): void }> {
  let connection: Socket | null = null
  let closed = false
  let fatal = false
  const subscribers = new Set<(message: BusMessage) => void>()
  let reads: FileReads | null = null
  const queue: WriteQueue = createWriteQueue(limits, (message) => {
    if (connection) send(connection, message)
    else queue.failAll(AWAY)
  })
  const stopOnce = (error: StoreUnavailable) => {
    if (!fatal) onFatal(error)
    fatal = true
  }

  /** Settles with the owner's handshake; from then on messages are taken. */
  function reach(): Promise<Handshake> {
    return new Promise((resolve, reject) => {
      const own = connect(socket)
      const take = (received: unknown) => {
        const message = received as Flat | Handshake | Published
        if (Array.isArray(message)) {
          reads?.refresh()
          queue.receive(message)
        } else if ('published' in message) {
          reads?.refresh()
          for (const published of message.published) for (const hear of subscribers) hear(published)
        } else {
          // An owner that knows this message logs the builds that it refuses.
          if (message.code !== undefined) send(own, { joining: build })
          connection = own
          resolve(message)
        }
      }
      readFrames(own, take, () => own.destroy())
      own.on('error', reject)
      own.on('close', () => {
        reject(new Error('the owner hung up'))
        if (connection !== own) return
        connection = null
        queue.failAll(AWAY)
        if (!closed) void reachAgain()
      })
    })
  }

  async function reachOwner(): Promise<Handshake> {
    for (;;) {
      try {
        return await reach()
      } catch (error) {
        if (closed) throw error
        await pause(RETRY_MS)
      }
    }
  }

  async function reachAgain(): Promise<void> {
    const handshake = await reachOwner().catch(() => null)
    if (handshake === null) return
    if (!isSameBuild(handshake, build)) stopOnce(new StoreUnavailable('closed', otherBuild(handshake, build)))
    else onOwner(handshake.owner)
  }

  const hangUp = () => void connection?.end()
  const handshake = await reachOwner()
  if (!isSameBuild(handshake, build)) {
    closed = true
    hangUp()
    throw new CannotOpen(otherBuild(handshake, build))
  }
  const opened = await openFileReads(path, stopOnce)
  reads = opened
  onOwner(handshake.owner)

  const driver: WorkDriver = {
    async work(one) {
      if (closed) throw new StoreUnavailable('closed', 'the store is closed')
      if (connection === null) throw new StoreUnavailable('unreachable', AWAY.message)
      return queue.work(one)
    },
    read: opened.read,
    scan: opened.scan,
    async health(): Promise<StoreHealth> {
      const reason = closed ? 'the store is closed' : connection === null ? AWAY.message : null
      const { requests, bytes } = queue.waiting()
      const stats = { waitingChanges: requests, waitingBytes: bytes, walBytes: null }
      return { ok: reason === null, reason, details: {}, stats }
    },
    async close() {
      if (closed) return
      queue.flush()
      closed = true
      hangUp()
      queue.failAll({ failed: 'closed', message: 'the store is closed' })
      await opened.close()
    },
  }
  const bus: Bus = {
    publish: busBatch((published) => {
      if (connection) sendPublished(connection, published)
    }),
    subscribe(hear) {
      subscribers.add(hear)
      return () => void subscribers.delete(hear)
    },
  }
  const announceStop = () => {
    if (connection) send(connection, { leaving: true })
  }
  return { driver, bus, announceStop }
}

function otherBuild(theirs: Build, ours: Build): string {
  const builds = `the process that owns the data folder is of ${describeBuild(theirs)}, this one of ${describeBuild(ours)}`
  return `${builds}: run the same build in both`
}

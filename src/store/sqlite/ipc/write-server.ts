/** The owner's end of the data folder's socket: writes what workers ask, and passes messages of the bus on between all processes. */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../../../domain/describe-error.ts'
import type { Bus, BusMessage } from '../../../ports/bus.ts'
import type { Log } from '../../../ports/runtime.ts'
import { StoreUnavailable } from '../../../ports/store.ts'
import type { Failure } from '../file/failures.ts'
import { tight } from '../statements/statement.ts'
import { appendAnswer, beginAnswers, type Flat, readWork } from '../threads/codec.ts'
import type { Answer, Work, WorkDriver } from '../threads/work.ts'
import { type Build, describeBuild, isSameBuild } from './build.ts'
import { readFrames } from './framing.ts'
import { busBatch, type Handshake, type Joining, type Leaving, type Message, type Published, send, sendPublished } from './protocol.ts'

/** Workers that are stopped together with the owner have said so by then, milliseconds. */
const TOGETHER_MS = 300

/** The owner's end of the socket. */
export interface WriteServer {
  bus: Bus
  /** Takes connections, each of which it sends the handshake first. Rejects with the system's error when it cannot. */
  listen(handshake: Handshake): Promise<void>
  /** Resolves when the workers that are stopping too have written what they must and hung up, or after `ms` milliseconds. */
  workersLeft(ms: number): Promise<void>
  close(): Promise<void>
}

/** What it needs. */
export interface WriteServerOptions {
  /** Of the socket. Only the process that holds the folder may ask for it: one left there by a dead process is replaced. */
  path: string
  driver: WorkDriver
  log: Log
}

/** A server that does not listen yet. The driver writes for the owner and for all who connect. */
export function createWriteServer({ path, driver, log }: WriteServerOptions): WriteServer {
  const sockets = new Set<Socket>()
  const leaving = new Set<Socket>()
  /** Other builds that the log has told of. */
  const reported = new Set<string>()
  let server: Server | null = null
  const subscribers = new Set<(message: BusMessage) => void>()

  function passOn(published: BusMessage[], from: Socket | null): void {
    for (const socket of sockets) if (socket !== from) sendPublished(socket, published)
  }

  /** Messages of another build may mean something else: none of them is read. */
  function refuse(socket: Socket, theirs: Partial<Build>, ours: Build): void {
    socket.destroy()
    const build = describeBuild(theirs)
    if (reported.has(build)) return
    reported.add(build)
    log.warn({ worker: build, owner: describeBuild(ours) }, 'a worker of another build was turned away: run the same build in both')
  }

  function accept(socket: Socket, handshake: Handshake): void {
    sockets.add(socket)
    const answer = answersTo(socket)
    let joined = false
    const take = (received: unknown) => {
      const message = received as Flat | Joining | Published | Leaving
      if (!joined) {
        joined = 'joining' in message && isSameBuild(message.joining, handshake)
        if (!joined) refuse(socket, 'joining' in message ? message.joining : {}, handshake)
        return
      }
      if (Array.isArray(message)) {
        for (const { id, work } of readWork(message)) void written(driver, work).then((outcome) => answer(id, outcome))
        return
      }
      if ('leaving' in message) {
        leaving.add(socket)
        return
      }
      if ('joining' in message) return
      for (const published of message.published) for (const hear of subscribers) hear(published)
      passOn(message.published, socket)
    }
    readFrames(socket, take, (error) => {
      log.error({}, 'a process on the data folder was not understood', error)
      socket.destroy()
    })
    socket.on('error', (error) => log.warn({}, 'a process on the data folder was lost', error))
    socket.on('close', () => {
      sockets.delete(socket)
      leaving.delete(socket)
    })
    send(socket, handshake)
  }

  return {
    async listen(handshake) {
      const listening = createServer((socket) => accept(socket, handshake))
      rmSync(path, { force: true })
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject)
        listening.listen(path, resolve)
      })
      chmodSync(path, 0o600)
      server = listening
    },
    bus: {
      publish: busBatch((published) => passOn(published, null)),
      subscribe(hear) {
        subscribers.add(hear)
        return () => void subscribers.delete(hear)
      },
    },
    async workersLeft(ms) {
      if (sockets.size === 0) return
      const tooLong = pause(ms)
      await pause(Math.min(ms, TOGETHER_MS))
      const left = [...leaving].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      await Promise.race([Promise.all(left), tooLong])
    },
    async close() {
      const closed = new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())))
      for (const socket of sockets) socket.destroySoon()
      await closed
    },
  }
}

/** Answers of one turn go back in one message. */
function answersTo(socket: Socket): (id: number, answer: Answer) => void {
  let turn: Message & Flat = beginAnswers(null)
  return (id, answer) => {
    if (turn.length === 1) {
      setImmediate(() => {
        const message = turn
        turn = beginAnswers(null)
        send(socket, message)
      })
    }
    appendAnswer(turn, id, answer)
  }
}

async function written(driver: WorkDriver, work: Work): Promise<Answer> {
  try {
    return await driver.work(compact(work))
  } catch (error) {
    const message = messageOf(error)
    if (!(error instanceof StoreUnavailable)) return { failed: 'statement', message }
    // What ends this process is no end for the others: they wait for the next owner.
    const isOurs = error.reason === 'io_error' || error.reason === 'closed'
    return { failed: isOurs ? 'unreachable' : error.reason, message } satisfies Failure
  }
}

/** Bytes come as views of their whole frame, which must not be copied to the writer with each of them. */
function compact(work: Work): Work {
  if (!('steps' in work)) return work
  return {
    steps: work.steps.map(({ statement, values }) => ({
      statement,
      values: values.map((value) => (value instanceof Uint8Array ? tight(value) : value)),
    })),
  }
}

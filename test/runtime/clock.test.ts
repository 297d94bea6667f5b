import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/runtime/clock.ts'
import { createProcessTime, LOOK_EVERY_MS } from '../../src/runtime/process-time.ts'

describe('the time a process has lived', () => {
  function readAt(...times: number[]): number[] {
    let now = 0
    const time = createProcessTime(() => now)
    return times.map((at) => {
      now = at
      return time.read()
    })
  }

  it('is the monotonic time while the process looks often', () => {
    expect(readAt(250, 500, 750)).toEqual([250, 500, 750])
  })

  it('counts a standstill as one look', () => {
    expect(readAt(250, 60_250, 60_500)).toEqual([250, 250 + LOOK_EVERY_MS, 500 + LOOK_EVERY_MS])
  })

  it('counts a loop that is late by less than half a second in full', () => {
    expect(readAt(500, 950)).toEqual([500, 950])
  })
})

describe('a deadline', () => {
  /** Stands in for a stopped process: nothing of this one runs meanwhile. */
  function standStill(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }

  it('is not met by a standstill: an answer that waits in the socket comes first', async () => {
    const server = createServer((socket) => socket.end('answer')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const first = await new Promise<string>((resolve) => {
      const cancel = systemClock.deadline(600, () => resolve('deadline'))
      socket.once('data', () => {
        cancel()
        resolve('answer')
      })
      // The server has not even accepted when the process stands still for longer than the deadline.
      standStill(1_500)
    })
    socket.destroy()
    server.close()
    expect(first).toBe('answer')
  })

  it('comes when the process has lived so long', async () => {
    const keepAlive = setInterval(() => {}, 1_000)
    await new Promise<void>((resolve) => systemClock.deadline(20, resolve))
    clearInterval(keepAlive)
  })

  it('never comes once it is canceled, also between its timer and its verdict', async () => {
    let met = false
    const cancel = systemClock.deadline(1, () => {
      met = true
    })
    // Timers of one length fire in the order they were set: this one right after the deadline's.
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
    cancel()
    await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))))
    expect(met).toBe(false)
  })
})

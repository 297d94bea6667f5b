/**
 * In every process that runs test files: it ends with the runner that started it, and with it, by `spawnChild`, all that it has
 * started. The runner cannot see to that when it is killed.
 */
import { Worker } from 'node:worker_threads'

const LOOK_EVERY_MS = 500
const WATCH = `
const { workerData: runner } = require('node:worker_threads')
setInterval(() => { if (process.ppid !== runner) process.kill(process.pid, 'SIGKILL') }, ${LOOK_EVERY_MS})
`
const DONE = Symbol.for('ringback.end-with-runner')

// Many files may be run by one process, one after the other.
if (!(DONE in globalThis)) {
  Object.defineProperty(globalThis, DONE, { value: true })
  // A thread of its own: a test that never gives the main one back is ended too.
  new Worker(WATCH, { eval: true, execArgv: [], workerData: process.ppid }).unref()
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}

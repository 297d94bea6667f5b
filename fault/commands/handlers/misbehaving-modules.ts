/** Handlers that do what handlers must not do, and innocent ones beside them. */

/** What each does in `run`, by type. */
const WAYS: Readonly<Record<string, string>> = {
  'never.settles': 'await new Promise(() => {})',
  'deaf.timer': 'for (;;) await new Promise((resolve) => setTimeout(resolve, 20))',
  'loop.sync': 'for (;;);',
  'loop.later': 'await null; for (;;);',
  'loop.microtasks': 'for (;;) await null',
  'computes.2s': 'for (const end = Date.now() + 2000; Date.now() < end; );',
  'throws.timer': "setTimeout(() => { throw new Error('aside') }); await new Promise(() => {})",
  'throws.immediate': "setImmediate(() => { throw new Error('aside') }); await new Promise(() => {})",
  'throws.tick': "process.nextTick(() => { throw new Error('aside') }); await new Promise(() => {})",
  'throws.undefined': 'setTimeout(() => { throw undefined }); await new Promise(() => {})',
  'rejects.aside': "void Promise.reject(new Error('aside')); await new Promise(() => {})",
  'rejects.late': "setTimeout(() => Promise.reject(new Error('late')), 300); return 1",
  'emits.error': "setImmediate(() => new EventEmitter().emit('error', new Error('aside'))); await new Promise(() => {})",
  'stream.error': "createReadStream('/nowhere'); await new Promise(() => {})",
  exits: 'process.exit(1)',
  'exits.timer': 'setTimeout(() => process.exit(1)); await new Promise(() => {})',
  kills: "process.kill(process.pid, 'SIGKILL')",
  'memory.sync': 'for (const hoard = []; ; ) hoard.push(new Array(1_000_000).fill(hoard.length))',
  'memory.async': 'for (const hoard = []; ; await new Promise(setImmediate)) hoard.push(new Array(100_000).fill(hoard.length))',
  'memory.buffers': 'for (const hoard = []; ; await new Promise(setImmediate)) hoard.push(Buffer.alloc(4_000_000, 1))',
}

export const MISBEHAVING: readonly string[] = Object.keys(WAYS)
export const INNOCENT = 'innocent'
/** Ends when the place that its payload names answers. */
export const MEET = 'meet'

/** `{file name: source}` of all of them. */
export function modules(): Record<string, string> {
  const define =
    "import { EventEmitter } from 'node:events'\nimport { createReadStream } from 'node:fs'\nimport { defineJob } from 'ringback'\n" +
    'export default defineJob'
  const bad = Object.entries(WAYS).map(([type, body]) => [
    `${type.replaceAll('.', '-')}.ts`,
    `${define}({ type: '${type}', timeout: '3s', maxAttempts: 1, async run() { ${body} } })`,
  ])
  const wait = 'await new Promise((resolve) => setTimeout(resolve, 200))'
  const innocent = `${define}({ type: '${INNOCENT}', timeout: '60s', maxAttempts: 3, async run(n) { ${wait}; return n } })`
  const meet = `${define}({ type: '${MEET}', timeout: '2m', maxAttempts: 1, async run(url) { return (await fetch(url)).status } })`
  return { ...Object.fromEntries(bad), 'innocent.ts': innocent, 'meet.ts': meet }
}

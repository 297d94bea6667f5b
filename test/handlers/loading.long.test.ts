import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { findModules } from '../../src/handlers/host/find-modules.ts'
import { launchThread } from '../../src/handlers/host/launch-thread.ts'
import { LoadError } from '../../src/handlers/host/load-error.ts'
import { newHeartbeatBuffer } from '../../src/handlers/shared-heartbeat.ts'
import { testClock } from '../support/clock.ts'
import { PATIENCE } from '../support/patience.ts'
import { executorWith, folderWith, jsonOf, recordingLog } from './temp-executor.ts'

const GOOD = `import { defineJob } from 'ringback'
export default defineJob({ type: 'good', run: () => 'ok' })`

async function refusal(files: Record<string, string>): Promise<string> {
  const error: unknown = await executorWith(files).then(
    () => new Error('it loaded'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(LoadError)
  return (error as LoadError).message
}

test('modules are every .ts, .js and .mjs of the folder, sorted, but no declarations, tests, private files or sub-folders', async () => {
  const folder = await folderWith({
    'b.ts': '',
    'a.mjs': '',
    'c.js': '',
    'd.mts': '',
    'e.cjs': '',
    'f.cts': '',
    'c.d.ts': '',
    'c.test.ts': '',
    'd.d.mts': '',
    'e.test.cjs': '',
    '_shared.ts': '',
    '.hidden.ts': '',
    'notes.md': '',
    'deeper/d.ts': '',
    'folder.ts/e.ts': '',
  })
  expect(await findModules(folder)).toEqual(['a.mjs', 'b.ts', 'c.js', 'd.mts', 'e.cjs', 'f.cts'].map((name) => `${folder}/${name}`))
})

test('a folder that is missing or empty stops the start and is named', async () => {
  await expect(findModules('/nowhere/handlers')).rejects.toThrow('HANDLERS_DIR: cannot read the handlers in /nowhere/handlers (ENOENT)')
  const folder = await folderWith({ 'readme.md': '' })
  await expect(findModules(folder)).rejects.toThrow(`HANDLERS_DIR: ${folder} holds no handler`)
})

test('handlers outside the checkout import ringback, in TypeScript, JavaScript and CommonJS, and share private files', async () => {
  const { start } = await executorWith({
    'one.ts': `import { defineJob, z } from 'ringback'
import { twice } from './_twice.ts'
export default defineJob({ type: 'one', input: z.object({ n: z.number() }), run: ({ n }: { n: number }): number => twice(n) })`,
    '_twice.ts': 'export const twice = (n: number): number => 2 * n',
    'two.mjs': `import { defineJob } from 'ringback'
export default defineJob({ type: 'two', run: () => 'mjs' })`,
    'three.js': `const { defineJob } = require('ringback')
exports.default = undefined
module.exports = defineJob({ type: 'three', run: () => 'cjs' })`,
    'four.js': `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const ringback_1 = require("ringback");
exports.default = (0, ringback_1.defineJob)({ type: 'four', run() { return 'compiled' } });`,
    'five.cjs': `module.exports = require('ringback').defineJob({ type: 'five', run: () => 'cjs file' })`,
    'six.cts': `const { defineJob } = require('ringback')
module.exports = defineJob({ type: 'six', run: (): string => 'cts file' })`,
    'seven.mts': `import { defineJob } from 'ringback'
export default defineJob({ type: 'seven', run: (): string => 'mts file' })`,
  })
  expect(await jsonOf(start('one', { n: 21 }))).toBe(42)
  expect(await jsonOf(start('two'))).toBe('mjs')
  expect(await jsonOf(start('three'))).toBe('cjs')
  expect(await jsonOf(start('four'))).toBe('compiled')
  expect(await jsonOf(start('five'))).toBe('cjs file')
  expect(await jsonOf(start('six'))).toBe('cts file')
  expect(await jsonOf(start('seven'))).toBe('mts file')
})

test('what a module prints while it is loaded becomes lines of the log', async () => {
  const { lines } = await executorWith({ 'loud.ts': `console.log('while it was loaded')\n${GOOD}` })
  const fields = { thread: expect.any(String), fields: { stream: 'stdout' } }
  expect(lines).toContainEqual({ level: 'info', message: 'while it was loaded', fields })
})

test('a type is known with what its module declares', async () => {
  const { executor } = await executorWith({
    'report.ts': `import { defineJob, z } from 'ringback'
export default defineJob({ type: 'report', input: z.object({ day: z.iso.date() }), timeout: '5m', maxAttempts: 2, concurrency: 4,
  steps: ['read', 'write'], run: () => null })`,
    'plain.ts': GOOD,
  })
  expect(executor.types.get('report')).toMatchObject({
    timeoutMs: 300_000,
    maxAttempts: 2,
    concurrency: 4,
    steps: ['read', 'write'],
    source: expect.stringMatching(/\/report\.ts$/),
    inputSchema: { type: 'object', properties: { day: { type: 'string', format: 'date' } }, required: ['day'] },
  })
  expect(executor.types.get('good')).toMatchObject({ timeoutMs: null, maxAttempts: null, concurrency: null, steps: [], inputSchema: null })
})

test.each<[string, string, RegExp]>([
  ['broken syntax', 'export default {', /SyntaxError: .*bad\.ts:1\)$/],
  ['TypeScript that cannot be stripped', 'enum A { B }\nexport default A', /SyntaxError.*enum/],
  ['an import that is not there', `import './nothing.ts'`, /Cannot find module .*nothing\.ts/],
  ['code that throws', `throw new Error('no database')`, /Error: no database/],
  ['no default export', 'export const a = 1', /no job as its default export/],
  ['a default export that defineJob did not make', `export default { type: 'x', run() {} }`, /no job as its default export/],
  ['an array as its default export', 'export default []', /no job as its default export but an array/],
  ['a promise as its default export', 'export default Promise.resolve()', /no job as its default export but a promise/],
  ['code that throws no error', 'throw Object.create(null)', /threw .* while it was loaded/],
  ['a top-level await that never ends', 'await new Promise(() => {})', /has a top-level await that never ends/],
  ['a rejection that nobody waits for', `Promise.reject(new Error('later'))\n${GOOD}`, /Error: later/],
  ['an end of its thread', 'process.exit(3)', /process\.exit\(3\) was called/],
])('a module with %s stops the start and is named', async (_, source, reason) => {
  const message = await refusal({ 'a-good.ts': GOOD, 'bad.ts': source })
  expect(message).toMatch(/^\S*\/bad\.ts: [^\n]*$/)
  expect(message).toMatch(reason)
})

test('a module may wait at its top level for work in another thread, which keeps no handle open', async () => {
  const { executor } = await executorWith({
    'hash.ts': `import { pbkdf2 } from 'node:crypto'
await new Promise((resolve) => pbkdf2('a', 'b', 100_000, 64, 'sha512', resolve))
${GOOD}`,
  })
  expect([...executor.types.keys()]).toEqual(['good'])
})

test('two modules of one type stop the start; both are named', async () => {
  expect(await refusal({ 'a.ts': GOOD, 'b.ts': GOOD })).toMatch(/\/b\.ts: defines the job type "good" again, after \S+\/a\.ts$/)
})

test.each([
  ['an import', 'a.ts', GOOD],
  ['an export', 'a.js', 'export default 1'],
  ['import.meta', 'a.cjs', 'import.meta.url'],
])('%s in a file that Node reads as CommonJS stops the start with advice', async (_, name, source) => {
  expect(await refusal({ 'package.json': '{"type": "commonjs"}', [name]: source })).toMatch(
    /SyntaxError.*Node reads it as CommonJS: name it \.mts or \.mjs, or set "type": "module"/,
  )
})

test('TypeScript under node_modules stops the start with advice', async () => {
  const folder = await folderWith({ 'node_modules/jobs/a.ts': GOOD })
  await expect(executorWith({}, { handlersDir: `${folder}/node_modules/jobs` })).rejects.toThrow(/a\.ts: Node does not strip types/)
})

test('a module that does not finish loading stops the start after a minute and is named', async () => {
  const folder = await folderWith({
    'endless.ts': `import { writeFileSync } from 'node:fs'
writeFileSync(new URL('./began', import.meta.url), '')
await new Promise((resolve) => setTimeout(resolve, 3_600_000))`,
  })
  const clock = testClock()
  const data = { files: [`${folder}/endless.ts`], upstreamTypes: [], maxResult: 1, maxMemory: 2 ** 29, heartbeat: newHeartbeatBuffer() }
  const launched = launchThread({ name: 'test', data, env: {}, clock, log: recordingLog([]) }, new AbortController().signal, () => {})
  const refused = expect(launched).rejects.toThrow(`${folder}/endless.ts: did not load within 60 s`)
  await vi.waitFor(() => access(`${folder}/began`), PATIENCE)
  await clock.push(60_000)
  await refused
})

test('the examples load', async () => {
  const { executor } = await executorWith(
    { 'x.ts': '' },
    { handlersDir: fileURLToPath(new URL('../../examples/handlers', import.meta.url)) },
  )
  expect([...executor.types.keys()]).toEqual(['order.create', 'report.sales_summary'])
})

/** Programs of somebody who has installed the client. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { ADMIN_KEY } from './service.ts'

const run = promisify(execFile)
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

const usage = (client: string, verifier: string) => `import { createClient, RawJson } from '${client}'
import { sign, verify } from '${verifier}'

const order = { customer: { name: 'Ada', email: 'ada@example.com' }, items: [{ sku: 'poster-a1', quantity: 2 }], card_token: 'tok_visa' }
const handle = await createClient().jobs.submit('order.create', new RawJson(JSON.stringify(order)))
for await (const { status } of handle.watch()) if (status === 'completed') break
const { status } = await handle.done()
const secret = \`whsec_\${btoa('0123456789abcdef0123456789abcdef')}\`
const body = JSON.stringify({ type: 'job.completed', timestamp: '', data: handle.document })
const { type } = await verify(body, await sign({ id: 'evt_1', timestamp: Date.now() / 1000, body }, secret), secret)
console.log(JSON.stringify({ status, type, result: await handle.result() }))
`

const typed = (client: string, verifier: string) => `import { createClient, JobFailed, type JobDocument } from '${client}'
import { verify, VerificationError, type CallbackEvent } from '${verifier}'

interface Jobs {
  sum: { readonly type: 'sum'; run(input: { a: number }): Promise<{ total: number }> }
}
const client = createClient<Jobs>({ url: 'https://ringback.example', key: 'k' })
const handle = await client.jobs.submit('sum', { a: 1 })
const { total }: { total: number } = await handle.result()
const document: JobDocument<{ total: number }> = await handle.done({ signal: AbortSignal.timeout(1), throw: true })
// @ts-expect-error: no such job type
client.jobs.submit('product', {}).catch((error: unknown) => error instanceof JobFailed && error.code.length + total)
const event: CallbackEvent<Jobs> = await verify(new Uint8Array(), new Headers(), ['whsec_', null])
if (event.type === 'job.completed') event.data.id.toUpperCase()
export { document, VerificationError }
`

/** A program in JavaScript that submits a job, watches it, reads its result and verifies a callback. */
export async function checkImports(folder: string, client: string, verifier: string, url: string): Promise<void> {
  await writeFile(join(folder, 'usage.mjs'), usage(client, verifier))
  const env = { PATH: process.env.PATH, RINGBACK_URL: url, RINGBACK_API_KEY: ADMIN_KEY }
  const { stdout } = await run(process.execPath, ['usage.mjs'], { cwd: folder, env })
  expect(JSON.parse(stdout)).toEqual({ status: 'completed', type: 'job.completed', result: expect.anything() })
}

const STRICT = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, target: 'es2024' }
const BROWSER = { lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] }
const SETTINGS = [
  { ...STRICT, ...BROWSER, module: 'nodenext' },
  { ...STRICT, ...BROWSER, module: 'esnext', moduleResolution: 'bundler' },
  // The types of Node are not ours to check.
  { ...STRICT, lib: ['es2024'], types: ['node'], typeRoots: [join(MODULES, '@types')], module: 'nodenext', skipLibCheck: true },
]

/** A program in TypeScript compiles: with the types of a browser alone, for Node's resolution and for bundlers', and with Node's alone. */
export async function checkTypes(folder: string, client: string, verifier: string): Promise<void> {
  await writeFile(join(folder, 'typed.mts'), typed(client, verifier))
  for (const compilerOptions of SETTINGS) {
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.mts'] }))
    const compiled = run(process.execPath, [join(MODULES, 'typescript/bin/tsc'), '-p', '.'], { cwd: folder })
    await compiled.catch((error) => expect.unreachable(`${JSON.stringify(compilerOptions)}:\n${error.stdout}`))
  }
}

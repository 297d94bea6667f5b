/** The reference libraries of Standard Webhooks, asked whether messages verify. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { spawnChild } from '../support/spawn-child.ts'
import type { Question } from './check-rotation.ts'
import type { Message } from './stream.ts'

const VERIFIER = fileURLToPath(new URL('./verifiers/verify.py', import.meta.url))
const REQUIREMENTS = fileURLToPath(new URL('./verifiers/requirements.txt', import.meta.url))

/** `standardwebhooks` for JavaScript. */
export function askJavaScript(questions: readonly Question[]): boolean[] {
  return questions.map(({ secret, message }) => {
    try {
      new Webhook(secret).verify(message.body, headersOf(message))
      return true
    } catch (error) {
      if (error instanceof WebhookVerificationError) return false
      throw error
    }
  })
}

/** `standardwebhooks` for Python. Throws when `python` cannot import it. */
export async function askPython(python: string, questions: readonly Question[]): Promise<boolean[]> {
  const asked = questions.map(({ secret, message }) => ({ secret, headers: headersOf(message), body: message.body }))
  return JSON.parse(await run(python, [VERIFIER], JSON.stringify(asked)))
}

/** A Python that has the library: `STANDARDWEBHOOKS_PYTHON`, or a fresh environment in the folder for temporary files. */
export async function withPython<T>(use: (python: string) => Promise<T>): Promise<T> {
  const { STANDARDWEBHOOKS_PYTHON: ready } = process.env
  if (ready) return use(ready)
  const folder = await mkdtemp(join(tmpdir(), 'ringback-python-'))
  try {
    await run('python3', ['-m', 'venv', folder])
    const python = join(folder, 'bin', 'python')
    await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS])
    return await use(python)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What the program prints. Throws with its errors when it does not exit with 0. */
export async function run(program: string, args: readonly string[], input = '', env: Record<string, string> = {}): Promise<string> {
  const child = spawnChild(program, args, { stdio: 'pipe', env: { ...process.env, ...env } })
  const started = once(child, 'spawn')
  const closed = once(child, 'close')
  // A program that is not there rejects both; `started` tells it.
  closed.catch(() => {})
  await started
  child.stdin.on('error', () => {}).end(input)
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await closed
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${code}:\n${errors}${output}`)
  return output
}

function headersOf({ id, timestamp, signature }: Message): Record<string, string> {
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
}

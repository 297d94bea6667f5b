/** The verifiers of docs/receivers.md, in every language that this machine has. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newSecret, sign, signingKey } from '../../src/domain/signature.ts'
import { run } from './libraries.ts'
import { vectors } from './vectors.ts'

/** What a verifier reads, one of many. */
interface Callback {
  secret: string
  headers: Record<string, string>
  body: string
}

interface Language {
  name: string
  /** Its compiler takes its time. */
  isCompiled?: true
  /** True where its libraries cannot be had: `.ci/run` has tried, and says so. */
  isUnreached?: boolean
  /** What must be there before; when it fails, the language counts as absent. */
  prepare?(folder: string): Promise<unknown>
  /** Takes `Callback[]` as JSON and prints a JSON array of booleans. Works in `folder`. */
  verify(input: string, folder: string): Promise<string>
}

export const LANGUAGES: readonly Language[] = [
  { name: 'JavaScript', verify: (input) => run(process.execPath, [verifier('verify.mjs')], input) },
  {
    name: 'Python',
    // `.ci/run` brings the library; elsewhere it is there for those who set the variable.
    verify: (input) => run(process.env.STANDARDWEBHOOKS_PYTHON ?? 'no-python', [verifier('verify.py')], input),
  },
  { name: 'Go', isCompiled: true, verify: (input) => run('go', ['run', verifier('verify.go')], input) },
  { name: 'Ruby', verify: (input) => run('ruby', [verifier('verify.rb')], input) },
  { name: 'PHP', verify: (input) => run('php', [verifier('verify.php')], input) },
  {
    name: 'Rust',
    isCompiled: true,
    isUnreached: process.env.RUST_CRATES === 'unreached',
    async prepare(folder) {
      // A copy: cargo writes beside its manifest.
      await cp(verifier('rust'), folder, { recursive: true })
      await run('cargo', ['build', '--quiet', ...manifest(folder)])
    },
    verify: (input, folder) => run('cargo', ['run', '--quiet', ...manifest(folder)], input),
  },
]

/** What cargo has compiled before. */
const TARGETS = new URL('../../node_modules/.cache/ringback-verify', import.meta.url)

/** Beyond every verifier's five minutes, however slow the machine is. */
const TOO_FAR_SECONDS = 3600

/** Callbacks that must verify: each vector, signed at `now` (Unix seconds), and one signed with two secrets. */
function genuine(now: number): Callback[] {
  const all = vectors().map(({ secret, id, body }) => callback([secret], id, now, body))
  const [first] = vectors()
  if (!first) return all
  return [...all, { ...callback([newSecret(new Uint8Array(32).fill(7)), first.secret], first.id, now, first.body), secret: first.secret }]
}

/** Callbacks that must not verify. */
function forged(now: number): Callback[] {
  const [{ secret, id, body } = { secret: '', id: '', body: '' }] = vectors()
  const good = callback([secret], id, now, body)
  const changed = (name: string, value: string) => ({ ...good, headers: { ...good.headers, [name]: value } })
  return [
    { ...good, body: `${body} ` },
    { ...good, secret: newSecret(new Uint8Array(32).fill(7)) },
    changed('webhook-id', 'evt_other'),
    changed('webhook-timestamp', String(now + 1)),
    changed('webhook-timestamp', 'now'),
    changed('webhook-signature', ''),
    changed('webhook-signature', 'v1,AAAA'),
    callback([secret], id, now - TOO_FAR_SECONDS, body),
    callback([secret], id, now + TOO_FAR_SECONDS, body),
  ]
}

/**
 * Holds the callbacks against the verifier of a language: how many verdicts were right, of how many. Null where the language is not on
 * this machine.
 */
export async function verifyIn({ prepare, verify }: Language): Promise<{ right: number; of: number } | null> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-'))
  try {
    const isReady = await (prepare?.(folder) ?? Promise.resolve()).then(
      () => true,
      () => false,
    )
    if (!isReady) return null
    const now = Math.floor(Date.now() / 1000)
    const [good, bad] = [genuine(now), forged(now)]
    const verified: boolean[] = JSON.parse(await verify(JSON.stringify([...good, ...bad]), folder))
    return { right: verified.filter((isGood, n) => isGood === n < good.length).length, of: good.length + bad.length }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function callback(secrets: readonly string[], id: string, timestamp: number, body: string): Callback {
  const signature = sign(secrets.map(signingKey), id, timestamp, Buffer.from(body))
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
  return { secret: secrets[0] ?? '', headers, body }
}

function manifest(folder: string): string[] {
  return ['--manifest-path', join(folder, 'Cargo.toml'), '--target-dir', fileURLToPath(TARGETS)]
}

function verifier(name: string): string {
  return fileURLToPath(new URL(`./verifiers/${name}`, import.meta.url))
}

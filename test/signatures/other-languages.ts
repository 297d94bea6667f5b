/** The vectors, signed again in other languages where this machine has them. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './libraries.ts'
import { VECTORS } from './vectors.ts'

interface Language {
  name: string
  /** What must be there before; when it fails, the language counts as not here. */
  prepare?(folder: string): Promise<unknown>
  /** Prints how many vectors it signed the same; fails at the first other signature. Works in `folder`. */
  sign(vectors: string, folder: string): Promise<string>
}

const LANGUAGES: readonly Language[] = [
  { name: 'Go', sign: (vectors) => run('go', ['run', verifier('verify.go'), vectors]) },
  { name: 'Ruby', sign: (vectors) => run('ruby', [verifier('verify.rb'), vectors]) },
  { name: 'PHP', sign: (vectors) => run('php', [verifier('verify.php'), vectors]) },
  {
    name: 'Rust',
    async prepare(folder) {
      // A copy: cargo writes beside its manifest.
      await cp(verifier('rust'), folder, { recursive: true })
      await run('cargo', ['fetch', '--quiet', ...manifest(folder)])
    },
    sign: (vectors, folder) => run('cargo', ['run', '--quiet', ...manifest(folder), '--', vectors]),
  },
]

/** Signs all vectors in each language: how many came out the same, or null where the language is not here. Rejects at a difference. */
export async function signElsewhere(report: (name: string, same: number | null) => void): Promise<void> {
  for (const language of LANGUAGES) {
    const folder = await mkdtemp(join(tmpdir(), 'ringback-'))
    try {
      report(language.name, await signIn(language, folder))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function signIn({ prepare, sign }: Language, folder: string): Promise<number | null> {
  const isReady = await (prepare?.(folder) ?? Promise.resolve()).then(
    () => true,
    () => false,
  )
  if (!isReady) return null
  try {
    return Number(await sign(fileURLToPath(VECTORS), folder))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function manifest(folder: string): string[] {
  return ['--manifest-path', join(folder, 'Cargo.toml')]
}

function verifier(name: string): string {
  return fileURLToPath(new URL(`./verifiers/${name}`, import.meta.url))
}

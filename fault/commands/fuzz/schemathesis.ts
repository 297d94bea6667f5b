/** The program `schemathesis` from the Python registry, run against a service. */
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { run } from '../../../test/signatures/libraries.ts'
import { spawnChild } from '../../../test/support/spawn-child.ts'
import type { Live } from './live.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
/** Refused for reasons no schema can give: a URL that leads nowhere, a cursor nobody was given, an id that is gone. */
const NOT_CHECKED = 'positive_data_acceptance'

/** A plain request of it is always refused: it is for an upgrade, which the tests of sockets make. */
export const SKIPPED: readonly string[] = ['/v1/ws']

export interface Fuzzing {
  /** The program. */
  program: string
  live: Live
  seed: number
  /** Random cases of each operation that has parameters or a body. */
  casesEach: number
  phases: string
  /** Only the operations of this tag of the document. */
  tag?: string
}

export interface Findings {
  /** Answers by method and path, by status. */
  answers: Record<string, Record<string, number>>
  /** What a run printed that found something, or did not end well. */
  logs: string[]
}

/** Valid requests and invalid ones, each by a process of its own. Throws with what one printed when it did not get as far as counting. */
export async function fuzzWith(fuzzing: Fuzzing): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-fuzz-'))
  try {
    // What can be used up only once is for the valid ones.
    const [valid, invalid] = await Promise.all([
      runIn(join(folder, 'positive'), 'positive', fuzzing),
      runIn(join(folder, 'negative'), 'negative', { ...fuzzing, live: { ...fuzzing.live, dead: [] } }),
    ])
    return merge(valid, invalid)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runIn(
  folder: string,
  mode: 'positive' | 'negative',
  { program, live, seed, casesEach, phases, tag }: Fuzzing,
): Promise<Findings> {
  const counts = join(folder, 'counts.json')
  await mkdir(folder)
  await writeFile(join(folder, 'live.json'), JSON.stringify(live))
  await writeFile(join(folder, 'schemathesis.toml'), configOf(Math.ceil(casesEach / 2)))
  const child = spawnChild(
    program,
    [
      ...[
        '--no-color',
        'run',
        `${live.url}/openapi.json`,
        '--header',
        `Authorization: Bearer ${live.key}`,
        '--continue-on-failure',
        '--no-shrink',
      ],
      ...['--checks', 'all', '--exclude-checks', NOT_CHECKED, '--phases', phases, '--suppress-health-check', 'all'],
      ...['--mode', mode, '--seed', String(seed)],
      // On several threads CPython 3.11 fails to parse what hypothesis gives it.
      ...['--workers', '1', '--generation-database', 'none', '--max-redirects', '0'],
      ...SKIPPED.flatMap((path) => ['--exclude-path', path]),
      ...(tag === undefined ? [] : ['--include-tag', tag]),
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        PYTHONPATH: HERE,
        PYTHONDONTWRITEBYTECODE: '1',
        SCHEMATHESIS_HOOKS: 'hooks',
        FUZZ_LIVE: join(folder, 'live.json'),
        FUZZ_COUNTS: counts,
        FUZZ_SEED: String(seed),
      },
    },
  )
  const [log, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const counted = await readFile(counts, 'utf8').catch(() => {
    throw new Error(`${program} ended early:\n${log}${errors}`)
  })
  return { answers: JSON.parse(counted), logs: code === 0 ? [] : [log + errors] }
}

/** What the command line cannot say by operation. */
function configOf(maxExamples: number): string {
  return `
[generation]
max-examples = ${maxExamples}

# hooks.py knows what exists.
[phases.fuzzing.extra-data-sources]
responses = false

# Three names are right: they would drown in wrong ones.
[[operations]]
include-operation-id = "docsAsset"
generation.max-examples = 8
`
}

function merge(one: Findings, other: Findings): Findings {
  const operations = [...new Set([...Object.keys(one.answers), ...Object.keys(other.answers)])]
  return {
    answers: Object.fromEntries(operations.map((operation) => [operation, added(one.answers[operation], other.answers[operation])])),
    logs: [...one.logs, ...other.logs],
  }
}

function added(one: Record<string, number> = {}, other: Record<string, number> = {}): Record<string, number> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]))
}

/** `SCHEMATHESIS`, or a fresh environment in the folder for temporary files. */
export async function withSchemathesis<T>(use: (program: string) => Promise<T>): Promise<T> {
  const { SCHEMATHESIS: ready } = process.env
  if (ready) return use(ready)
  const folder = await mkdtemp(join(tmpdir(), 'ringback-python-'))
  try {
    await run('python3', ['-m', 'venv', folder])
    await run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--requirement', join(HERE, 'requirements.txt')])
    return await use(join(folder, 'bin', 'schemathesis'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

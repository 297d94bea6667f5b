/** `npm run bench [-- name …]`: Ringback beside its bare limits, and its shapes side by side. Prints tables, writes JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Service } from '../test/support/service.ts'
import { type Comparison, table } from './compare.ts'
import { drain } from './drain.ts'
import { accept, status } from './http-rounds.ts'
import { idle } from './idle.ts'
import { type IdleFigures, idleTable } from './idle-figures.ts'
import { startEmbedded } from './topologies/running-shape.ts'
import { shapes } from './topologies.ts'

const USAGE = `npm run bench [-- accept | status | drain] [--rounds 5] [--seconds 3] [--jobs 20000]
npm run bench -- shapes [--rounds 5] [--seconds 5] [--jobs 20000]
npm run bench -- idle [--rounds 5] [--seconds 60]`
const RESULTS = fileURLToPath(new URL('./results', import.meta.url))
const BESIDE_BARE = ['accept', 'status', 'drain']

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, seconds: { type: 'string' }, jobs: { type: 'string' } },
})
const rounds = count('rounds', 5)
const jobs = count('jobs', 20_000)
const roundMs = (seconds: number) => count('seconds', seconds) * 1000

interface Outcome {
  comparisons?: Comparison[]
  idle?: IdleFigures
}

const benches: Record<string, () => Promise<Outcome>> = {
  accept: () => onFreshService((service) => accept(service, { rounds, roundMs: roundMs(3) })),
  status: () => onFreshService((service) => status(service, { rounds, roundMs: roundMs(3) })),
  drain: () => onFreshService((service) => drain(service, { rounds, jobs })),
  shapes: async () => ({ comparisons: await shapes({ rounds, roundMs: roundMs(5), jobs }, (what) => console.log(`  ${what}`)) }),
  idle: async () => ({ idle: await idle({ rounds, roundMs: roundMs(60) }) }),
}

const unknown = positionals.find((name) => !(name in benches))
if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}\n${USAGE}`)

const machine = { date: new Date().toISOString(), cpu: cpus()[0]?.model ?? '?', cores: cpus().length, node: process.version }
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${rounds} rounds`)

const comparisons: Comparison[] = []
const idleCosts: IdleFigures[] = []
for (const name of positionals.length > 0 ? positionals : BESIDE_BARE) {
  console.log(`measuring ${name}`)
  const outcome = await benches[name]?.()
  comparisons.push(...(outcome?.comparisons ?? []))
  if (outcome?.idle) idleCosts.push(outcome.idle)
}
if (comparisons.length > 0) console.log(table(comparisons))
for (const figures of idleCosts) console.log(idleTable(figures))

mkdirSync(RESULTS, { recursive: true })
const path = join(RESULTS, `${machine.date.replaceAll(':', '-')}.json`)
writeFileSync(path, `${JSON.stringify({ machine, comparisons, idle: idleCosts }, null, 2)}\n`)
console.log(`written to ${path}`)

async function onFreshService(bench: (service: Service) => Promise<Comparison>): Promise<Outcome> {
  const { api, close } = await startEmbedded()
  try {
    return { comparisons: [await bench(api)] }
  } finally {
    await close()
  }
}

function count(name: 'rounds' | 'seconds' | 'jobs', fallback: number): number {
  const number = Number(values[name] ?? fallback)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1\n${USAGE}`)
  return number
}

/** `npm run bench [-- name …]`: Ringback beside its bare limits, its topologies side by side, and what disturbs it. Writes JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Service } from '../test/support/service.ts'
import { mixed, steady } from './beside-bullmq.ts'
import { type Comparison, table } from './compare.ts'
import { drain } from './drain.ts'
import { grow } from './grow/grow.ts'
import { accept, status } from './http-rounds.ts'
import { idle } from './idle.ts'
import { type IdleFigures, idleTable } from './idle-figures.ts'
import { latency } from './latency.ts'
import { describeMachine, type MachineState, watchMachine } from './machine.ts'
import { noisyNeighbour } from './noisy-neighbour/noisy-neighbour.ts'
import { overload } from './overload/overload.ts'
import { slowDisk } from './slow-disk.ts'
import { stalls } from './stalls/stalls.ts'
import type { StreamsFigures } from './streams/figures.ts'
import { streams } from './streams/streams.ts'
import { startEmbedded } from './topologies/running-topology.ts'
import { topologies } from './topologies.ts'
import { traces } from './traces.ts'

const USAGE = `npm run bench [-- accept | status | drain] [--rounds 5] [--seconds 3] [--jobs 20000]
npm run bench -- mixed [--rounds 5] [--jobs 5000]
npm run bench -- steady [--rounds 5] [--seconds 5]
npm run bench -- topologies [--rounds 5] [--seconds 5] [--jobs 20000]
npm run bench -- traces [--rounds 5] [--jobs 5000]
npm run bench -- latency [--rounds 5] [--seconds 5]
npm run bench -- slow-disk [--rounds 5] [--seconds 3]
npm run bench -- grow [--rounds 5] [--seconds 3] [--finished 1000000] [--jobs 5000]
npm run bench -- idle [--rounds 5] [--seconds 60] [--deliveries 100000]
npm run bench -- streams [--streams 10000] [--seconds 60] [--rate 1000] [--watchers 100]
npm run bench -- noisy-neighbour [--rounds 27] [--backlog 10000] [--workers 2]
npm run bench -- overload [--rounds 7] [--clients 1000] [--outage 60] [--part flood]
npm run bench -- stalls [--rounds 9] [--holds 10] [--rows 1000000] [--jobs 20000]`
const RESULTS = fileURLToPath(new URL('./results', import.meta.url))
const BESIDE_BARE = ['accept', 'status', 'drain']

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    jobs: { type: 'string' },
    backlog: { type: 'string' },
    workers: { type: 'string' },
    clients: { type: 'string' },
    outage: { type: 'string' },
    holds: { type: 'string' },
    rows: { type: 'string' },
    finished: { type: 'string' },
    deliveries: { type: 'string' },
    streams: { type: 'string' },
    rate: { type: 'string' },
    watchers: { type: 'string' },
    part: { type: 'string' },
  },
})
const rounds = count('rounds', 5)
const jobs = (fallback: number) => count('jobs', fallback)
const roundMs = (seconds: number) => count('seconds', seconds) * 1000
const print = (line: string) => console.log(line)

interface Outcome {
  comparisons?: Comparison[]
  idle?: IdleFigures
  streams?: StreamsFigures
  /** False: a limit of docs/guarantees.md was not kept, which has been printed. */
  isWithin?: boolean
}

const benches: Record<string, () => Promise<Outcome>> = {
  accept: () => onFreshService((service) => accept(service, { rounds, roundMs: roundMs(3) })),
  status: () => onFreshService((service) => status(service, { rounds, roundMs: roundMs(3) })),
  drain: () => onFreshService((service) => drain(service, { rounds, jobs: jobs(20_000) })),
  mixed: async () => ({ comparisons: await mixed({ rounds, jobs: jobs(5_000) }) }),
  steady: async () => ({ comparisons: await steady({ rounds, roundMs: roundMs(5) }) }),
  topologies: async () => ({
    comparisons: await topologies({ rounds, roundMs: roundMs(5), jobs: jobs(20_000) }, (what) => print(`  ${what}`)),
  }),
  traces: async () => ({ isWithin: await onService((service) => traces(service, { rounds, jobs: jobs(5_000), print })) }),
  latency: async () => ({ comparisons: await latency({ rounds, roundMs: roundMs(5), print }) }),
  'slow-disk': async () => ({ comparisons: await slowDisk({ rounds, roundMs: roundMs(3), print }) }),
  grow: async () => ({
    comparisons: await grow({ rounds, roundMs: roundMs(3), finished: count('finished', 1_000_000), jobs: jobs(5_000), print }),
  }),
  idle: async () => {
    const deliveries = values.deliveries === undefined ? 0 : count('deliveries', 100_000)
    return { idle: await idle({ rounds, roundMs: roundMs(60), deliveries, print }) }
  },
  streams: async () => {
    const options = { idle: count('streams', 10_000), rate: count('rate', 1_000), watchers: count('watchers', 100) }
    const { isWithin, ...figures } = await streams({ ...options, roundMs: roundMs(60), print })
    return { isWithin, streams: figures }
  },
  'noisy-neighbour': async () => {
    const workers = values.workers === undefined ? 0 : count('workers', 2)
    await noisyNeighbour({ rounds: count('rounds', 27), backlog: count('backlog', 10_000), workers, print })
    return {}
  },
  overload: async () => {
    const outageMs = count('outage', 60) * 1000
    return {
      isWithin: await overload({ rounds: count('rounds', 7), slow: count('clients', 1_000), outageMs, part: values.part ?? '', print }),
    }
  },
  stalls: async () => ({
    isWithin: await stalls({
      rounds: count('rounds', 9),
      holds: count('holds', 10),
      rows: count('rows', 1_000_000),
      jobs: jobs(20_000),
      print,
    }),
  }),
}

const unknown = positionals.find((name) => !(name in benches))
if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}\n${USAGE}`)

const machine = { date: new Date().toISOString(), cpu: cpus()[0]?.model ?? '?', cores: cpus().length, node: process.version }
print(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${rounds} rounds`)

const states: Record<string, MachineState> = {}
const comparisons: Comparison[] = []
const idleCosts: IdleFigures[] = []
const streamCosts: StreamsFigures[] = []
for (const name of positionals.length > 0 ? positionals : BESIDE_BARE) {
  print(`measuring ${name}`)
  const stateOf = watchMachine()
  const outcome = await benches[name]?.()
  const state = await stateOf()
  print(`  ${describeMachine(state)}`)
  states[name] = state
  comparisons.push(...(outcome?.comparisons ?? []))
  if (outcome?.idle) idleCosts.push(outcome.idle)
  if (outcome?.streams) streamCosts.push(outcome.streams)
  if (outcome?.isWithin === false) process.exitCode = 1
}
if (comparisons.length > 0) print(table(comparisons))
for (const figures of idleCosts) print(idleTable(figures))

mkdirSync(RESULTS, { recursive: true })
const path = join(RESULTS, `${machine.date.replaceAll(':', '-')}.json`)
writeFileSync(path, `${JSON.stringify({ machine, states, comparisons, idle: idleCosts, streams: streamCosts }, null, 2)}\n`)
print(`written to ${path}`)

async function onFreshService(bench: (service: Service) => Promise<Comparison[]>): Promise<Outcome> {
  return { comparisons: await onService(bench) }
}

async function onService<T>(bench: (service: Service) => Promise<T>): Promise<T> {
  const { api, close } = await startEmbedded()
  try {
    return await bench(api)
  } finally {
    await close()
  }
}

function count(name: Exclude<keyof typeof values, 'part'>, fallback: number): number {
  const number = Number(values[name] ?? fallback)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1\n${USAGE}`)
  return number
}

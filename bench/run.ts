/** `npm run bench [-- accept|status|drain] [--rounds n]`: Ringback beside its bare limits. Prints a table, writes JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { removeFolder, type Service, startService, tempFolder } from '../test/support/service.ts'
import { type Comparison, table } from './compare.ts'
import { drain } from './drain.ts'
import { accept, status } from './http-rounds.ts'

const USAGE = 'npm run bench [-- accept | status | drain] [--rounds 5] [--seconds 3] [--jobs 20000]'
const HANDLERS = fileURLToPath(new URL('./handlers', import.meta.url))
const RESULTS = fileURLToPath(new URL('./results', import.meta.url))

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '20000' },
  },
})
const rounds = count('rounds')
const http = { rounds, roundMs: count('seconds') * 1000 }
const benches: Record<string, (service: Service) => Promise<Comparison>> = {
  accept: (service) => accept(service, http),
  status: (service) => status(service, http),
  drain: (service) => drain(service, { rounds, jobs: count('jobs') }),
}

const unknown = positionals.find((name) => !(name in benches))
if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}\n${USAGE}`)

const machine = { date: new Date().toISOString(), cpu: cpus()[0]?.model ?? '?', cores: cpus().length, node: process.version }
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${rounds} rounds`)

const comparisons: Comparison[] = []
for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
  console.log(`measuring ${name}`)
  comparisons.push(await onFreshService(name))
}
console.log(table(comparisons))

mkdirSync(RESULTS, { recursive: true })
const path = join(RESULTS, `${machine.date.replaceAll(':', '-')}.json`)
writeFileSync(path, `${JSON.stringify({ machine, comparisons }, null, 2)}\n`)
console.log(`written to ${path}`)

async function onFreshService(name: string): Promise<Comparison> {
  const dataDir = await tempFolder()
  const service = await startService({ dataDir, handlersDir: HANDLERS, env: { LOG_LEVEL: 'warn' } })
  try {
    const bench = benches[name]
    if (!bench) throw new Error(USAGE)
    return await bench(service)
  } finally {
    await service.kill()
    await removeFolder(dataDir)
  }
}

function count(name: 'rounds' | 'seconds' | 'jobs'): number {
  const number = Number(values[name])
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1\n${USAGE}`)
  return number
}

/** `npm run fault [-- <command>]`: breaks the real service on purpose and judges what became of the work. */
import { parseArgs } from 'node:util'
import { firstLight } from './first-light.ts'
import { kill } from './kill.ts'

const USAGE = `npm run fault -- <command>

  kill [--kills 100] [--seed n] [--minutes-limit 10]
      kill -9 at random moments during submit, run and delivery; a checker apart judges what clients and
      receivers saw. Runs first against a build that acknowledges before the commit, where it must fail.
  firstlight [--jobs 10000]
      so many jobs at 64 at a time, each status read right after its 202; every callback received once.`

const print = (line: string) => console.log(line)

async function main(args: string[]): Promise<boolean> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { kills: { type: 'string' }, seed: { type: 'string' }, 'minutes-limit': { type: 'string' }, jobs: { type: 'string' } },
  })
  switch (positionals[0]) {
    case 'kill':
      return kill({
        kills: count('kills', values.kills, 100),
        seed: count('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
        timeLimitMs: count('minutes-limit', values['minutes-limit'], 10) * 60_000,
        print,
      })
    case 'firstlight':
      return firstLight({ jobs: count('jobs', values.jobs, 10_000), print })
    case undefined:
      print(USAGE)
      return true
    default:
      throw new Error(`there is no fault command ${positionals[0]}\n\n${USAGE}`)
  }
}

function count(name: string, text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text)
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number, not ${text}`)
  return number
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

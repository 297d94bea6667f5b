/** `npm run fault [-- <command>]`: breaks the real service on purpose and judges what became of the work. */
import { parseArgs } from 'node:util'
import { model } from '../model/model.ts'
import { backup } from './backup.ts'
import { deadLetters } from './dead-letters.ts'
import { firstLight } from './first-light.ts'
import { kill } from './kill.ts'
import { neighbour } from './neighbour.ts'
import { receivers } from './receivers.ts'
import { signatures } from './signatures.ts'
import { ssrf } from './ssrf.ts'

const USAGE = `npm run fault -- <command>

  kill [--kills 100] [--seed n] [--minutes-limit 10]
      kill -9 at random moments during submit, run and delivery; a checker apart judges what clients and
      receivers saw. Runs first against a build that acknowledges before the commit, where it must fail.
  firstlight [--jobs 10000]
      so many jobs at 64 at a time, each status read right after its 202; every callback received once.
  deadletters [--count 100000]
      two operators replay the dead-letter queue by filter at once, while clients submit: each selected one is moved
      and arrives once. Runs first against a build without the version guard, where it must fail.
  model [--runs 10000] [--seed n] [--path p]
      random work, faults, crashes and races against the real lifecycle in simulated time, judged after every step. Runs first
      on builds that break a promise, which it must see. A failing case prints the seed and path that replay it.
  neighbour [--rounds 27] [--backlog 10000]
      one destination hangs with a backlog while others answer in 5 ms: their p99 beside it and without it, in pairs of
      interleaved rounds. Runs first with lanes off, where it must fail.
  backup [--jobs 20000] [--backups 7] [--seed n]
      backups while clients submit, each restored elsewhere and asked for every job acknowledged before it began; the p99 of
      submits with and without. Runs first with backups that lack jobs, where it must fail.
  receivers [--times 1000]
      everything a receiver can do (the rows R of the acceptance matrix, the table of the contract's callbacks), once each
      and by the thousand: outcomes, longest attempt, memory and sockets. Runs first without the deadline and without the
      bound on what is kept, where it must fail.
  ssrf [--times 500] [--seed n]
      in a network namespace (root on Linux): canaries on every forbidden range and the metadata addresses, partners on public
      ones, a name server that rebinds; every spelling submitted and sent. Runs first without the guard, where it must fail.
  signatures
      callbacks verified by the reference libraries for JavaScript and Python while the secret is rotated, and the vectors
      in other languages. Runs first on a build that signs with the newest secret only, where it must fail.`

const print = (line: string) => console.log(line)

async function main(args: string[]): Promise<boolean> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      kills: { type: 'string' },
      seed: { type: 'string' },
      'minutes-limit': { type: 'string' },
      jobs: { type: 'string' },
      count: { type: 'string' },
      rounds: { type: 'string' },
      runs: { type: 'string' },
      path: { type: 'string' },
      backlog: { type: 'string' },
      backups: { type: 'string' },
      times: { type: 'string' },
    },
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
    case 'deadletters':
      return deadLetters({ count: count('count', values.count, 100_000), print })
    case 'model':
      return model({
        runs: count('runs', values.runs, 10_000),
        seed: count('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
        path: values.path,
        print,
      })
    case 'neighbour':
      return neighbour({ rounds: count('rounds', values.rounds, 27), backlog: count('backlog', values.backlog, 10_000), print })
    case 'backup':
      return backup({
        jobs: count('jobs', values.jobs, 20_000),
        backups: count('backups', values.backups, 7),
        seed: count('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
        print,
      })
    case 'receivers':
      return receivers({ times: count('times', values.times, 1_000), print })
    case 'ssrf':
      return ssrf({
        times: count('times', values.times, 500),
        seed: count('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
        print,
      })
    case 'signatures':
      return signatures(print)
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

/** What `npm run fault` can do: an entry for each command, its options with their defaults. */
import { model } from '../model/model.ts'
import { backup } from './backup.ts'
import { type Command, command } from './command.ts'
import { deadLetters } from './dead-letters.ts'
import { firstLight } from './first-light.ts'
import { kill } from './kill.ts'
import { neighbour } from './neighbour.ts'
import { receivers } from './receivers.ts'
import { signatures } from './signatures.ts'
import { ssrf } from './ssrf.ts'

/** Another one each time; a command that takes a seed prints it. */
const SEED: number = Math.floor(Math.random() * 2 ** 31)

export const COMMANDS: Record<string, Command> = {
  kill: command({
    about: `kill -9 at random moments during submit, run and delivery; a checker apart judges what clients and
      receivers saw. Runs first against a build that acknowledges before the commit, where it must fail.`,
    options: { kills: 1_000, seed: SEED, 'minutes-limit': 30 },
    run: ({ kills, seed, 'minutes-limit': minutes }, print) => kill({ kills, seed, timeLimitMs: minutes * 60_000, print }),
  }),
  firstlight: command({
    about: 'so many jobs at 64 at a time, each status read right after its 202; every callback received once.',
    options: { jobs: 10_000 },
    run: ({ jobs }, print) => firstLight({ jobs, print }),
  }),
  model: command({
    about: `random work, faults, crashes and races against the real lifecycle in simulated time, judged after every step. Runs first
      on builds that break a promise, which it must see. A failing case prints the seed and path that replay it.`,
    options: { runs: 10_000, seed: SEED, path: '' },
    run: ({ runs, seed, path }, print) => model({ runs, seed, path: path === '' ? undefined : path, print }),
  }),
  deadletters: command({
    about: `two operators replay the dead-letter queue by filter at once, while clients submit: each selected one is moved
      and arrives once. Runs first against a build without the version guard, where it must fail.`,
    options: { count: 100_000 },
    run: ({ count }, print) => deadLetters({ count, print }),
  }),
  neighbour: command({
    about: `one destination hangs with a backlog while others answer in 5 ms: their p99 beside it and without it, in pairs of
      interleaved rounds. Runs first with lanes off, where it must fail.`,
    options: { rounds: 27, backlog: 10_000 },
    run: ({ rounds, backlog }, print) => neighbour({ rounds, backlog, print }),
  }),
  backup: command({
    about: `backups while clients submit, each restored elsewhere and asked for every job acknowledged before it began; the p99 of
      submits with and without. Runs first with backups that lack jobs, where it must fail.`,
    options: { jobs: 20_000, backups: 7, seed: SEED },
    run: ({ jobs, backups, seed }, print) => backup({ jobs, backups, seed, print }),
  }),
  receivers: command({
    about: `everything a receiver can do (the rows R of the acceptance matrix, the table of the contract's callbacks), once each
      and by the thousand: outcomes, longest attempt, memory and sockets. Runs first without the deadline and without the
      bound on what is kept, where it must fail.`,
    options: { times: 1_000 },
    run: ({ times }, print) => receivers({ times, print }),
  }),
  ssrf: command({
    about: `in a network namespace (root on Linux): canaries on every forbidden range and the metadata addresses, partners on public
      ones, a name server that rebinds; every spelling submitted and sent. Runs first without the guard, where it must fail.`,
    options: { times: 500, seed: SEED },
    run: ({ times, seed }, print) => ssrf({ times, seed, print }),
  }),
  signatures: command({
    about: `callbacks verified by the reference libraries for JavaScript and Python while the secret is rotated, and the vectors
      in other languages. Runs first on a build that signs with the newest secret only, where it must fail.`,
    options: {},
    run: (_, print) => signatures(print),
  }),
}

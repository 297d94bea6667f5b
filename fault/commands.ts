/** What `npm run fault` can do: an entry for each command, its options with their defaults. */

import { neighbour } from '../bench/noisy-neighbour/noisy-neighbour.ts'
import { overload } from '../bench/overload/overload.ts'
import { stalls } from '../bench/stalls/stalls.ts'
import { model } from '../test/model/model.ts'
import { backup } from './commands/backup/backup.ts'
import { baseline } from './commands/baseline/baseline.ts'
import { clock } from './commands/clock/clock.ts'
import { crashpoints } from './commands/crashpoints/crashpoints.ts'
import { deadLetters } from './commands/dead-letters/dead-letters.ts'
import { disk } from './commands/disk/disk.ts'
import { duplicates } from './commands/duplicates/duplicates.ts'
import { fuzz } from './commands/fuzz/fuzz.ts'
import { handlers } from './commands/handlers/handlers.ts'
import { hosts } from './commands/hosts/hosts.ts'
import { input } from './commands/input/input.ts'
import { kill } from './commands/kill/kill.ts'
import { migrate } from './commands/migrate/migrate.ts'
import { powercut } from './commands/powercut/powercut.ts'
import { receivers } from './commands/receivers/receivers.ts'
import { redis } from './commands/redis/redis.ts'
import { secrets } from './commands/secrets/secrets.ts'
import { signatures } from './commands/signatures/signatures.ts'
import { ssrf } from './commands/ssrf/ssrf.ts'
import { stop } from './commands/stop/stop.ts'
import { workers } from './commands/workers/workers.ts'
import { type Command, command } from './harness/command.ts'

/** Another one each time; a command that takes a seed prints it. */
const SEED: number = Math.floor(Math.random() * 2 ** 31)

/** Of commands that take `--redis 1`. */
const ON_REDIS = '--redis 1: the service has a Redis, which the command starts and which lives on (needs redis-server).'

export const COMMANDS: Record<string, Command> = {
  kill: command({
    about: `kill -9 at random moments during submit, run and delivery; a checker apart judges what clients and
      receivers saw. Runs first against a build that acknowledges before the commit, where it must fail. ${ON_REDIS}`,
    options: { kills: 1_000, redis: 0, seed: SEED, 'minutes-limit': 30 },
    run: ({ redis: onRedis, 'minutes-limit': minutes, ...options }, print) =>
      kill({ ...options, redis: onRedis > 0, timeLimitMs: minutes * 60_000, print }),
  }),
  crashpoints: command({
    about: `SIGKILL at every fsync and write of a fixed scenario, from the first start on an empty folder to an orderly stop (needs
      strace); --points 0 is all of them. Runs first on a build that acknowledges before the commit and one that commits a job's end
      apart from its delivery, where it must fail.`,
    options: { points: 0 },
    run: ({ points }, print) => crashpoints({ points, print }),
  }),
  powercut: command({
    about: `a run under load is traced (needs strace) and the data folder rebuilt as a power cut at each fsync would leave it: un-synced
      writes and names dropped, kept in part, torn. Each image is checked, some are started. Runs first on a build that does not
      fsync its commits, where it must fail.`,
    options: { jobs: 300, starts: 40, seed: SEED },
    run: ({ jobs, starts, seed }, print) => powercut({ jobs, starts, seed, print }),
  }),
  stop: command({
    about: `SIGTERM at random moments under load, some followed by a second signal or by SIGKILL: what was under way is finished or
      handed back. Runs first on a build that ends at the signal, where it must fail. ${ON_REDIS}`,
    options: { stops: 100, redis: 0, seed: SEED },
    run: ({ redis: onRedis, ...options }, print) => stop({ ...options, redis: onRedis > 0, print }),
  }),
  duplicates: command({
    about: `requests sent again under their Idempotency-Key: copies at once, replies cut after execution, kill -9 before the reply,
      other bodies, other tenants, refused requests. Runs first on a build that writes the key apart from its job, where it must fail.
      ${ON_REDIS}`,
    options: { copies: 200, cuts: 1_000, kills: 50, redis: 0, seed: SEED },
    run: ({ redis: onRedis, ...options }, print) => duplicates({ ...options, redis: onRedis > 0, print }),
  }),
  disk: command({
    about: `I/O errors, a full disk, folders that cannot be used, damaged files, a second process, a stranger's lock (root on Linux, needs
      strace): nothing acknowledged is lost, nothing wrong is told. Runs first on builds that acknowledge a failed commit, try a
      failed fsync again or begin anew, where it must fail.`,
    options: { errors: 25, fills: 10, images: 200, seconds: 20, seed: SEED, rows: '' },
    run: (options, print) => disk({ ...options, limitMs: 2_000, print }),
  }),
  clock: command({
    about: `the service's clock is set by 1 h and 7 d, forward and back (needs libfaketime): once with a look at what is under way and what
      comes after, then at random moments under load. Runs first on a build whose timers follow the clock, where it must fail.`,
    options: { jumps: 100, stays: 2, seed: SEED },
    run: ({ jumps, stays, seed }, print) => clock({ jumps, stays, seed, print }),
  }),
  baseline: command({
    about: `so many jobs at 64 at a time, each status read right after its 202; every callback received once. ${ON_REDIS}`,
    options: { jobs: 10_000, redis: 0 },
    run: ({ jobs, redis: onRedis }, print) => baseline({ jobs, redis: onRedis > 0, print }),
  }),
  model: command({
    about: `random work, faults, crashes and races against the real lifecycle in simulated time, judged after every step. Runs first
      on builds that break a promise, which it must see. A failing case prints the seed and path that replay it.`,
    options: { runs: 10_000, seed: SEED, path: '' },
    run: ({ runs, seed, path }, print) => model({ runs, seed, path: path === '' ? undefined : path, print }),
  }),
  'dead-letters': command({
    about: `two operators replay the dead-letter queue by filter at once, while clients submit: each selected one is moved
      and arrives once. Runs first against a build without the version guard, where it must fail.`,
    options: { count: 100_000 },
    run: ({ count }, print) => deadLetters({ count, print }),
  }),
  neighbour: command({
    about: `one destination hangs with a backlog while others answer in 5 ms: their p99 beside it and without it, in pairs of
      interleaved rounds; with --workers 2 over an API and so many workers (needs redis-server). Runs first with lanes off, where it
      must fail.`,
    options: { rounds: 27, backlog: 10_000, workers: 0 },
    run: (options, print) => neighbour({ ...options, print }),
  }),
  handlers: command({
    about: `handlers that never return, loop, throw aside, exit and fill their memory, of twenty types, with an innocent job beside each: no
      innocent one is lost, failed or spends an attempt; afterwards all slots are free and the memory is back. Runs first on a build
      with one thread for all, where it must fail.`,
    options: { jobs: 1_000 },
    run: ({ jobs }, print) => handlers({ jobs, print }),
  }),
  redis: command({
    about: `an API and two workers (needs redis-server) while Redis is killed, frozen, flushed, replaced by an empty one, full, or cut off
      before its replies: what is lost, and how soon turns are taken again. Runs first on builds that do not find their way back,
      where it must fail. --freeze is in seconds.`,
    options: { rounds: 100, freeze: 20, seed: SEED },
    run: ({ rounds, freeze, seed }, print) => redis({ rounds, freezeMs: freeze * 1_000, seed, print }),
  }),
  backup: command({
    about: `backups while clients submit, each restored elsewhere and asked for every job acknowledged before it began; the p99 of
      submits with and without. Runs first with backups that lack jobs, where it must fail. ${ON_REDIS}`,
    options: { jobs: 20_000, backups: 7, redis: 0, seed: SEED },
    run: ({ redis: onRedis, ...options }, print) => backup({ ...options, redis: onRedis > 0, print }),
  }),
  migrate: command({
    about: `eight processes migrate one database at once, so many times; then eight beside one that dies, at every statement of the
      migration. Runs first on a build that counts before it has the lock and one without a transaction, where it must fail.`,
    options: { rounds: 100 },
    run: ({ rounds }, print) => migrate({ rounds, print }),
  }),
  secrets: command({
    about: `canaries in every key, secret, header, URL, payload, answer and setting, through every route and every way to break
      (needs strace); then a search, in twenty shapes, of everything printed, stored, answered and sent. Wrong master keys.
      Runs first on a build that tells, where it must fail. ${ON_REDIS}`,
    options: { redis: 0, seed: SEED },
    run: ({ redis: onRedis, seed }, print) => secrets({ seed, redis: onRedis > 0, print }),
  }),
  receivers: command({
    about: `everything a receiver can do (rows R and L7 of docs/guarantees.md), once each
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
  fuzz: command({
    about: `schemathesis (from the Python registry, or the program SCHEMATHESIS names) makes valid and invalid requests of the OpenAPI
      document: no answer of 5xx, none that breaks the document, no key ignored, every operation reached. Runs first on a
      build whose answers lack a member, which it must see.`,
    options: { each: 2_000, seed: SEED },
    run: ({ each, seed }, print) => fuzz({ each, seed, print }),
  }),
  input: command({
    about: `bodies above the limit, requests whose end is unclear, JSON nobody should write, odd types, paths, methods and versions, over
      raw sockets: each refused as the table says, or kept byte by byte, and no answer in another's place; the same over and over
      until no more memory stays behind. Runs first on builds that serialise payloads again, take any size, forgive the parser and
      keep connections, where it must fail.`,
    options: { documents: 10_000, rounds: 10, seed: SEED },
    run: ({ documents, rounds, seed }, print) => input({ documents, rounds, seed, print }),
  }),
  stalls: command({
    about: `health checks, status GETs and submits under a steady load while a stranger holds the write lock, while every fsync takes
      5 ms more (needs strace), while old rows are purged and after a long reader; with and without, in turns. Each runs first on
      a build that it does hold up, which it must see.`,
    options: { holds: 10, rounds: 9, rows: 1_000_000, jobs: 20_000 },
    run: ({ holds, rounds, rows, jobs }, print) => stalls({ holds, rounds, rows, jobs, print }),
  }),
  overload: command({
    about: `more than the service can do: a flood, one noisy tenant beside quiet ones, the largest bodies and results, destinations that
      come back all together, a thousand slow clients. What is accepted is kept, what is refused is told when to come back, and
      the others hardly notice. Each part (flood, noisy, large, comeback, slow) runs first on a build without what holds against it.`,
    options: { rounds: 7, slow: 1_000, outage: 60, part: '' },
    run: ({ rounds, slow, outage, part }, print) => overload({ rounds, slow, outageMs: outage * 1_000, part, print }),
  }),
  hosts: command({
    about: `hundreds of hosts that hang, refuse, flap between 503 and 204 or answer 404: what they cost a healthy host of the same tenant
      and one of another. Runs first on a build without shares, where it must fail.`,
    options: { hosts: 1_000, callbacks: 50 },
    run: ({ hosts: count, callbacks }, print) => hosts({ hosts: count, callbacks, print }),
  }),
  workers: command({
    about: `an API and four workers over one data folder (needs redis-server): a kill -9 of a worker every second, orderly
      stops, freezes beyond the lease, restarts of the API in between. What killed workers ran is taken up by others, what frozen ones bring too late is
      refused. Runs first on a build without fencing, where it must fail.`,
    options: { minutes: 3, seed: SEED },
    run: ({ minutes, seed }, print) => workers({ minutes, seed, print }),
  }),
}

/** What `npm run fault` can do: an entry for each command, its options with their defaults. */
import { model } from '../test/model/model.ts'
import { backup } from './commands/backup/backup.ts'
import { baseline } from './commands/baseline/baseline.ts'
import { clock } from './commands/clock/clock.ts'
import { crashpoints } from './commands/crashpoints/crashpoints.ts'
import { dashboard } from './commands/dashboard/dashboard.ts'
import { deadLetters } from './commands/dead-letters/dead-letters.ts'
import { disk } from './commands/disk/disk.ts'
import { duplicates } from './commands/duplicates/duplicates.ts'
import { fuzz } from './commands/fuzz/fuzz.ts'
import { handlers } from './commands/handlers/handlers.ts'
import { hosts } from './commands/hosts/hosts.ts'
import { input } from './commands/input/input.ts'
import { kill } from './commands/kill/kill.ts'
import { migrate } from './commands/migrate/migrate.ts'
import { postgres } from './commands/postgres/postgres.ts'
import { powercut } from './commands/powercut/powercut.ts'
import { receivers } from './commands/receivers/receivers.ts'
import { redis } from './commands/redis/redis.ts'
import { secrets } from './commands/secrets/secrets.ts'
import { signatures } from './commands/signatures/signatures.ts'
import { ssrf } from './commands/ssrf/ssrf.ts'
import { stop } from './commands/stop/stop.ts'
import { streams } from './commands/streams/streams.ts'
import { workers } from './commands/workers/workers.ts'
import { type Command, command } from './harness/command.ts'

/** Another one each time; a command that takes a seed prints it. */
const SEED: number = Math.floor(Math.random() * 2 ** 31)

/** Of commands that take `--redis 1`. */
const ON_REDIS = '--redis 1: the service has a Redis, which the command starts and which stays whole (needs redis-server).'

/** Of commands that take `--postgres 1`. */
const ON_POSTGRES = '--postgres 1: its data is in a PostgreSQL, which the command starts and which stays whole (needs its server).'

const ALL: readonly Command[] = [
  command({
    name: 'kill',
    about: `kill -9 at random moments of submit, run and delivery; a checker in a process of its own checks what clients and receivers
      saw. ${ON_REDIS} ${ON_POSTGRES}`,
    control: 'a build that acknowledges before the commit',
    options: { kills: 1_000, redis: 0, postgres: 0, seed: SEED, 'minutes-limit': 30 },
    run: ({ redis: onRedis, postgres: onPostgres, 'minutes-limit': minutes, ...options }, output) =>
      kill({ ...options, redis: onRedis > 0, postgres: onPostgres > 0, timeLimitMs: minutes * 60_000, ...output }),
  }),
  command({
    name: 'crashpoints',
    about: `SIGKILL at every fsync, write and rename of a fixed scenario, from the first start on an empty folder to an orderly stop
      (needs strace). --points 0 is all of them.`,
    control: "builds that acknowledge before the commit, and that commit a job's end apart from its delivery",
    options: { points: 0 },
    run: ({ points }, output) => crashpoints({ points, ...output }),
  }),
  command({
    name: 'powercut',
    about: `a run under load is traced (needs strace), and the data folder is rebuilt as a power cut at each fsync would leave it: un-synced
      writes and names dropped, kept in part, torn. Each image is checked, some are started.`,
    control: 'a build that does not fsync its commits',
    options: { jobs: 300, starts: 40, seed: SEED },
    run: (options, output) => powercut({ ...options, ...output }),
  }),
  command({
    name: 'stop',
    about: `SIGTERM at random moments under load, some followed by a second signal or by SIGKILL: what was under way is finished or
      handed back. ${ON_REDIS}`,
    control: 'a build that ends at the signal',
    options: { stops: 100, redis: 0, seed: SEED },
    run: ({ redis: onRedis, ...options }, output) => stop({ ...options, redis: onRedis > 0, ...output }),
  }),
  command({
    name: 'streams',
    about: `readers of the live feed, and watchers of jobs, over kill -9, orderly stops and connections that are cut in the middle of a
      frame; clients that half-close, do not read, or fall silent. ${ON_REDIS} ${ON_POSTGRES}`,
    control: 'builds that leave out an event, tell one twice, and keep clients that do not read',
    options: { readers: 50, jobs: 3_000, kills: 20, stops: 10, cuts: 70, redis: 0, postgres: 0, seed: SEED },
    run: ({ redis: onRedis, postgres: onPostgres, ...options }, output) =>
      streams({ ...options, redis: onRedis > 0, postgres: onPostgres > 0, ...output }),
  }),
  command({
    name: 'duplicates',
    about: `requests sent again under their Idempotency-Key: copies at once, replies cut after execution, kill -9 before the reply,
      other bodies, other tenants, refused requests. ${ON_REDIS} ${ON_POSTGRES}`,
    control: 'a build that writes the key apart from its job',
    options: { copies: 200, cuts: 1_000, kills: 50, redis: 0, postgres: 0, seed: SEED },
    run: ({ redis: onRedis, postgres: onPostgres, ...options }, output) =>
      duplicates({ ...options, redis: onRedis > 0, postgres: onPostgres > 0, ...output }),
  }),
  command({
    name: 'disk',
    about: `I/O errors, a full disk, folders that cannot be used, damaged files, a second process, a lock held by another program (root
      on Linux, needs strace): nothing acknowledged is lost, nothing wrong is told. --rows takes some of them
      by their rows in docs/guarantees.md, such as D5,D6.`,
    control: 'builds that acknowledge a failed commit, try a failed fsync again, or begin anew on an empty file',
    options: { errors: 25, fills: 10, images: 200, seconds: 20, seed: SEED, rows: '' },
    run: (options, output) => disk({ ...options, controls: true, limitMs: 2_000, ...output }),
  }),
  command({
    name: 'clock',
    about: `the service's clock is set by 1 h and 7 d, forward and back (needs libfaketime): once with a look at what is under way and
      what comes after, then at random moments under load.`,
    control: 'a build whose timers follow the clock',
    options: { jumps: 100, stays: 2, seed: SEED },
    run: (options, output) => clock({ ...options, ...output }),
  }),
  command({
    name: 'baseline',
    about: `no fault: so many jobs, 64 at a time, each status read right after its 202; every callback is received once. ${ON_REDIS}`,
    control: 'none, for nothing is broken',
    options: { jobs: 10_000, redis: 0 },
    run: ({ jobs, redis: onRedis }, output) => baseline({ jobs, redis: onRedis > 0, ...output }),
  }),
  command({
    name: 'model',
    about: `random work, faults, crashes and races against the real lifecycle in simulated time, checked after every step. A failing case
      prints the seed and the path that replay it.`,
    control: 'builds that break a promise each',
    options: { runs: 10_000, seed: SEED, path: '' },
    run: ({ runs, seed, path }, { print, record }) => {
      record({ cases: runs })
      return model({ runs, seed, path: path === '' ? undefined : path, print })
    },
  }),
  command({
    name: 'dead-letters',
    about: `two operators replay the dead-letter queue by filter at once while clients submit: each selected one is moved and arrives
      once. Then one operator through the page of the dashboard, after some of what it showed was discarded and others died.`,
    control: 'builds without the version guard, and that replay what died after the preview',
    options: { count: 100_000 },
    run: ({ count }, output) => deadLetters({ count, ...output }),
  }),
  command({
    name: 'handlers',
    about: `handlers that never return, loop, throw aside, exit and fill their memory, of twenty types, with an innocent job beside each: no
      innocent one is lost, failed or spends an attempt. Afterwards all slots are free and the memory is back.`,
    control: 'a build with one thread for all, in which every run of a lost thread pays for it',
    options: { jobs: 1_000 },
    run: ({ jobs }, output) => handlers({ jobs, ...output }),
  }),
  command({
    name: 'hosts',
    about: `hundreds of hosts that hang, refuse, flap between 503 and 204 or answer 404: what they cost a healthy host of the same tenant
      and one of another.`,
    control: 'a build without shares',
    options: { hosts: 1_000, callbacks: 50 },
    run: (options, output) => hosts({ ...options, ...output }),
  }),
  command({
    name: 'redis',
    about: `an API and two workers (needs redis-server) while Redis is killed, frozen, flushed, replaced by an empty one, full, or cut off
      before its replies: what is lost, and how soon work goes on. --freeze is in seconds.`,
    control: 'builds whose workers do not come back after a lost connection, and whose sweep wakes nothing',
    options: { rounds: 100, freeze: 20, seed: SEED },
    run: ({ rounds, freeze, seed }, output) => redis({ rounds, freezeMs: freeze * 1_000, seed, ...output }),
  }),
  command({
    name: 'postgres',
    about: `two APIs and three workers on PostgreSQL and Redis (root on Linux, needs both servers) while the server is restarted, its
      backends are terminated, connections are cut before and after COMMIT, its disk and its connections run out, another program keeps a
      transaction or row locks, and workers and APIs are killed: what is lost, torn or stuck, and how soon work goes on.`,
    control: 'builds to which a commit without an answer is a commit, and whose feed shows what is there, whatever is on its way',
    options: { rounds: 100, seed: SEED },
    run: (options, output) => postgres({ ...options, ...output }),
  }),
  command({
    name: 'workers',
    about: `an API and four workers over one data folder (needs redis-server): a kill -9 of a worker every second, orderly stops, freezes
      beyond the lease, restarts of the API in between. Others take up what killed workers ran, and what frozen ones bring too late is
      refused. ${ON_POSTGRES}`,
    control: 'a build without fencing',
    options: { minutes: 3, postgres: 0, seed: SEED },
    run: ({ postgres: onPostgres, ...options }, output) => workers({ ...options, postgres: onPostgres > 0, ...output }),
  }),
  command({
    name: 'backup',
    about: `backups while clients submit, each restored elsewhere and asked for every job acknowledged before it began; the p99 of
      submits with and without. ${ON_REDIS}`,
    control: 'a build whose backups lack jobs',
    options: { jobs: 20_000, backups: 7, redis: 0, seed: SEED },
    run: ({ redis: onRedis, ...options }, output) => backup({ ...options, redis: onRedis > 0, ...output }),
  }),
  command({
    name: 'migrate',
    about: `eight processes migrate one database at once, so many times; then eight beside one that dies, at every statement of the
      migration.`,
    control: 'builds that count before they have the lock, and without a transaction',
    options: { rounds: 100 },
    run: ({ rounds }, output) => migrate({ rounds, ...output }),
  }),
  command({
    name: 'secrets',
    about: `canaries in every key, token, secret, header, URL, payload, answer and setting, through every route, page, stream and
      socket and every way to break (needs strace); then a search, in twenty encodings, of everything printed, stored, answered and
      sent. Wrong master keys. ${ON_REDIS}`,
    control: 'a build that logs credentials, cookies, queries and payloads and keeps secrets in clear',
    options: { redis: 0, seed: SEED },
    run: ({ redis: onRedis, seed }, output) => secrets({ seed, redis: onRedis > 0, ...output }),
  }),
  command({
    name: 'dashboard',
    about: `what strangers may write, on every page of the dashboard in Debian's chromium, with the policy of the pages and without;
      forged forms; sessions that are over; ids of other tenants. --texts 0 is all of them.`,
    control: 'builds that forget to escape, forget the origin, keep sessions, and tell a foreign id from an unknown one',
    options: { texts: 0 },
    run: (options, output) => dashboard({ ...options, ...output }),
  }),
  command({
    name: 'receivers',
    about: `everything a receiver can do, once each and by the thousand beside a steady load: outcomes, longest attempt, memory and
      sockets. Name servers that hang, and a service without a file to spare.`,
    control: 'builds without the deadline, and without the bound on what is kept of a response',
    options: { times: 1_000 },
    run: ({ times }, output) => receivers({ times, ...output }),
  }),
  command({
    name: 'ssrf',
    about: `in a network namespace (root on Linux): canaries on every forbidden range and the metadata addresses, partners on public
      ones, a name server that rebinds; every spelling submitted and sent.`,
    control: 'a build without the guard',
    options: { times: 500, seed: SEED },
    run: (options, output) => ssrf({ ...options, ...output }),
  }),
  command({
    name: 'signatures',
    about: `callbacks verified by the reference libraries for JavaScript and Python while the secret is rotated, and the vectors in other
      languages.`,
    control: 'a build that signs with the newest secret only',
    options: {},
    run: (_, output) => signatures(output),
  }),
  command({
    name: 'fuzz',
    about: `schemathesis (from the Python registry, or the program SCHEMATHESIS names) makes valid and invalid requests of the OpenAPI
      document: no answer of 5xx, none that breaks the document, no key ignored, every operation reached.`,
    control: 'a build whose answers lack a member',
    options: { each: 2_000, seed: SEED },
    run: (options, output) => fuzz({ ...options, ...output }),
  }),
  command({
    name: 'input',
    about: `bodies above the limit, requests whose end is unclear, JSON nobody should write, odd types, paths, methods and versions, over
      raw sockets: each refused as the table says, or kept byte by byte, and no answer in another's place; the same again until no more
      memory stays behind.`,
    control: 'builds that serialise payloads again, take any size, forgive the parser, and keep connections',
    options: { documents: 10_000, rounds: 10, seed: SEED },
    run: (options, output) => input({ ...options, ...output }),
  }),
]

export const COMMANDS: ReadonlyMap<string, Command> = new Map(ALL.map((one) => [one.name, one]))

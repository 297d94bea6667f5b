/**
 * Every environment variable that this build knows, once: its default, what it does, how it is read. The documentation's table is made
 * from it.
 */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { list, optional, type SettingTable, secretOf, setting } from './setting.ts'
import { upstreams, upstreamsFile } from './upstreams.ts'
import {
  allowList,
  baseUrl,
  certificates,
  databaseUrl,
  duration,
  existingFolder,
  host,
  LONGEST_TIMER,
  oneOf,
  oneOrZero,
  onOrOff,
  origins,
  redisUrl,
  schedule,
  secret,
  share,
  size,
  wholeNumber,
  yesOrNo,
} from './values.ts'

const MEBIBYTE = 1024 ** 2
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const ROLES = ['all', 'api', 'worker'] as const
/** What this process does: everything, or one of the two halves. */
export type Role = (typeof ROLES)[number]

/** By the group in which the configuration has it. Durations are read to milliseconds, sizes to bytes, paths to absolute ones. */
export const SETTINGS = {
  server: {
    host: setting('HOST', '127.0.0.1', 'Address to listen on.', host),
    port: setting(
      'PORT',
      '3000',
      'Port to listen on; `0` takes a free one. A `worker` listens only when it is set: for health checks and metrics.',
      wholeNumber(0, 65_535),
    ),
    publicUrl: optional(
      'PUBLIC_URL',
      '`http://HOST:PORT`',
      'Base of every absolute URL Ringback writes. Set it whenever clients reach Ringback by another name.',
      baseUrl,
    ),
    corsOrigins: list(
      'CORS_ORIGINS',
      'Origins whose pages may read and submit jobs, with a key or token of their own: `https://app.example,https://admin.example`, or ' +
        '`*` for all. Cookies are never taken.',
      origins,
    ),
  },
  dataDir: setting(
    'DATA_DIR',
    './data',
    'Folder of the SQLite file, the key file and the lock. One process owns it; with `REDIS_URL`, workers on the same host share it.',
    (text) => resolve(text),
  ),
  database: {
    target: secretOf(
      optional(
        'DATABASE_URL',
        'SQLite in `DATA_DIR`',
        'PostgreSQL 14 or newer for all data: `postgres://user:password@host:5432/name`. Any number of processes on any hosts are one ' +
          'service then. TLS by `?sslmode=verify-full&sslrootcert=/path.pem` (or `no-verify`, `disable`). ' +
          'Needs `PUBLIC_URL` and `MASTER_KEY`.',
        databaseUrl,
      ),
    ),
    groups: setting('DATABASE_GROUPS', '2', 'Transactions of changes under way at a time, of one process.', wholeNumber(1, 32)),
    prepare: setting(
      'DATABASE_PREPARE',
      '1',
      '`0` keeps nothing on a connection, neither statements nor settings: for PgBouncer and other poolers, through which `1` is refused.',
      oneOrZero,
    ),
    allowUnsafe: setting(
      'DATABASE_UNSAFE',
      '0',
      '`1` takes a server that may lose what it has acknowledged (`fsync = off` and the like). For tests.',
      oneOrZero,
    ),
  },
  redisUrl: secretOf(
    optional(
      'REDIS_URL',
      'the queue is in the process',
      'Redis for the queue: `redis://` or `rediss://`. With it several processes share the work.',
      redisUrl,
    ),
  ),
  role: setting(
    'ROLE',
    'all',
    '`api` answers requests (and owns the data folder), `worker` runs jobs and sends callbacks beside it; both need `REDIS_URL`.',
    oneOf(ROLES),
  ),
  secrets: {
    adminApiKey: secretOf(
      optional('ADMIN_API_KEY', 'made and printed once', "The operator's key: 32 or more printable characters without spaces.", secret),
    ),
    masterKey: secretOf(
      optional(
        'MASTER_KEY',
        'key file in `DATA_DIR`',
        'Encrypts signing secrets and custom callback headers at rest: 32 or more printable characters without spaces. ' +
          'Losing it loses them.',
        secret,
      ),
    ),
  },
  handlers: {
    dir: optional(
      'HANDLERS_DIR',
      '`examples/handlers`, unless there are upstreams',
      'Folder of handler modules (`.ts`, `.js`, `.mts`, `.mjs`, `.cts`, `.cjs`), one job type each.',
      existingFolder,
    ),
    upstreams: list(
      'UPSTREAMS',
      'Job types done by POSTing to an HTTP endpoint you trust: `type=url,type=url`. `CALLBACK_ALLOW` does not apply to them.',
      upstreams,
    ),
    upstreamsFile: list(
      'UPSTREAMS_FILE',
      'JSON file with more of each upstream: `cancel_url`, `timeout`, `attempts`, `concurrency`, `steps`, `input_schema`, ' +
        '`headers`. See `docs/upstreams.md`.',
      upstreamsFile,
    ),
    threads: {
      ...setting(
        'HANDLER_THREADS',
        String(Math.max(2, availableParallelism())),
        'Threads that run handlers and answer; one that a handler holds is not counted.',
        wholeNumber(1, 256),
      ),
      shown: 'as many as cores, at least 2',
    },
    memory: setting(
      'HANDLER_MEMORY',
      '512 MiB',
      'Memory of each of these threads; a handler that fills more loses its thread and its attempt.',
      size(32 * MEBIBYTE, 64 * 1024 * MEBIBYTE),
    ),
  },
  job: {
    concurrency: setting('JOB_CONCURRENCY', '16', 'Jobs that run at a time.', wholeNumber(1, 10_000)),
    timeoutMs: setting(
      'JOB_TIMEOUT',
      '10m',
      'Longest run of a job. A handler may set its own; a request may lower it.',
      duration('1ms', LONGEST_TIMER),
    ),
    maxAttempts: setting(
      'JOB_MAX_ATTEMPTS',
      '3',
      'Attempts before a job fails. A handler may set its own; a request may lower it.',
      wholeNumber(1, 1000),
    ),
    upstreamPatienceMs: setting(
      'JOB_UPSTREAM_PATIENCE',
      '1h',
      'How long a job waits, spending no attempt, while its upstream answers nothing.',
      duration('0s', LONGEST_TIMER),
    ),
  },
  callback: {
    concurrency: setting('CALLBACK_CONCURRENCY', '256', 'Callback requests in flight.', wholeNumber(1, 10_000)),
    concurrencyPerDestination: setting(
      'CALLBACK_CONCURRENCY_PER_DESTINATION',
      '64',
      'Of those, at most so many to one destination.',
      wholeNumber(1, 10_000),
    ),
    timeoutMs: setting(
      'CALLBACK_TIMEOUT',
      '15s',
      'Total time of one attempt: DNS, connect, TLS, response headers.',
      duration('1ms', LONGEST_TIMER),
    ),
    schedule: setting(
      'CALLBACK_RETRY_SCHEDULE',
      '5s,5m,30m,2h,5h,10h,14h,20h,24h',
      'Waits after the first attempt: ten attempts in 75 h 35 m. `none` is one attempt only.',
      schedule,
    ),
    jitter: setting(
      'CALLBACK_RETRY_JITTER',
      '0.2',
      'Each wait is lengthened by up to this share of itself, never shortened; `0` is exact.',
      share,
    ),
    breaker: setting(
      'CALLBACK_BREAKER',
      'on',
      'A destination that keeps failing is probed while its other deliveries wait; `off` is the bare schedule.',
      onOrOff,
    ),
    allow: list(
      'CALLBACK_ALLOW',
      'Hosts and CIDR blocks that callbacks may reach although they are private: `10.1.0.0/16,hooks.internal`. ' +
        '`loopback` is a word for 127.0.0.0/8 and ::1. Cloud metadata addresses only when named one by one.',
      allowList,
    ),
    httpsOnly: setting('CALLBACK_HTTPS_ONLY', 'false', '`true` refuses callback URLs with plain http.', yesOrNo),
    ca: optional('CALLBACK_CA', 'none', 'PEM file of private certificate authorities that callbacks trust as well.', certificates),
  },
  maxBody: setting('MAX_BODY', '1 MiB', 'Largest request body; beyond: 413.', size(1024, 256 * MEBIBYTE)),
  maxResult: setting('MAX_RESULT', '16 MiB', 'Largest result; beyond, the job fails with `result_too_large`.', size(1024, 256 * MEBIBYTE)),
  retentionMs: setting('RETENTION', '30d', 'How long a job can be read after its end and the end of its last callback.', duration('1s')),
  dashboard: setting('DASHBOARD', 'on', '`off`: no pages at `/dashboard`, and no portal links.', onOrOff),
  logLevel: setting('LOG_LEVEL', 'info', `One of ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}.`, oneOf(LOG_LEVELS)),
  shutdownTimeoutMs: setting(
    'SHUTDOWN_TIMEOUT',
    '20s',
    'At SIGTERM, time for running work to finish before it is handed back.',
    duration('0s', LONGEST_TIMER),
  ),
} satisfies SettingTable

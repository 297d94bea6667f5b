/** Every environment variable this build knows, once: its default, what it does, how it is read. The README's table is made from it. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { upstreams, upstreamsFile } from './upstreams.ts'
import {
  allowList,
  baseUrl,
  certificates,
  duration,
  existingFolder,
  host,
  LONGEST_TIMER,
  oneOf,
  onOrOff,
  redisUrl,
  schedule,
  secret,
  share,
  size,
  wholeNumber,
  yesOrNo,
} from './values.ts'

/** One environment variable. */
export interface Setting<T> {
  name: string
  /** The default as the table shows it. */
  shown: string
  about: string
  isSecret: boolean
  read(text: string | undefined): T
}

/** A variable whose default is written like a value. */
function setting<T>(name: string, standard: string, about: string, parse: (text: string) => T): Setting<T> {
  return { name, shown: `\`${standard}\``, about, isSecret: false, read: (text) => parse(text ?? standard) }
}

/** A variable that gives null when it is not set; `shown` says in words what happens then. */
function optional<T>(name: string, shown: string, about: string, parse: (text: string) => T): Setting<T | null> {
  return { name, shown, about, isSecret: false, read: (text) => (text === undefined ? null : parse(text)) }
}

const MEBIBYTE = 1024 ** 2
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const ROLES = ['all', 'api', 'worker'] as const
export type Role = (typeof ROLES)[number]

export const SETTINGS = {
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
  dataDir: setting(
    'DATA_DIR',
    './data',
    'Folder of the SQLite file, the key file and the lock. One process owns it; with `REDIS_URL`, workers on the same host share it.',
    (text) => resolve(text),
  ),
  redisUrl: {
    ...optional(
      'REDIS_URL',
      'the queue is in the process',
      'Redis for the queue: `redis://` or `rediss://`. With it several processes share the work.',
      redisUrl,
    ),
    isSecret: true,
  },
  role: setting(
    'ROLE',
    'all',
    '`api` answers requests and owns the data folder, `worker` runs jobs and sends callbacks beside it; both need `REDIS_URL`.',
    oneOf(ROLES),
  ),
  adminApiKey: {
    ...optional('ADMIN_API_KEY', 'made and printed once', "The operator's key: 32 or more printable characters without spaces.", secret),
    isSecret: true,
  },
  masterKey: {
    ...optional(
      'MASTER_KEY',
      'key file in `DATA_DIR`',
      'Encrypts signing secrets and custom callback headers at rest: 32 or more printable characters without spaces. Losing it loses them.',
      secret,
    ),
    isSecret: true,
  },
  handlersDir: optional(
    'HANDLERS_DIR',
    '`examples/handlers`, unless there are upstreams',
    'Folder of handler modules (`.ts`, `.js`, `.mts`, `.mjs`, `.cts`, `.cjs`), one job type each.',
    existingFolder,
  ),
  upstreams: optional(
    'UPSTREAMS',
    'none',
    'Job types done by POSTing to an HTTP endpoint you trust: `type=url,type=url`. `CALLBACK_ALLOW` does not apply to them.',
    upstreams,
  ),
  upstreamsFile: optional(
    'UPSTREAMS_FILE',
    'none',
    'JSON file with more of each upstream: `cancel_url`, `timeout`, `attempts`, `concurrency`, `steps`, `input_schema`, `headers`. See `docs/upstreams.md`.',
    upstreamsFile,
  ),
  handlerThreads: {
    ...setting(
      'HANDLER_THREADS',
      String(Math.max(2, availableParallelism())),
      'Threads that run handlers and answer; one that a handler holds is not counted.',
      wholeNumber(1, 256),
    ),
    shown: 'as many as cores, at least 2',
  },
  handlerMemory: setting(
    'HANDLER_MEMORY',
    '512 MiB',
    'Memory of each of these threads; a handler that fills more loses its thread and its attempt.',
    size(32 * MEBIBYTE, 64 * 1024 * MEBIBYTE),
  ),
  jobConcurrency: setting('JOB_CONCURRENCY', '16', 'Jobs that run at a time.', wholeNumber(1, 10_000)),
  jobTimeoutMs: setting(
    'JOB_TIMEOUT',
    '10m',
    'Longest run of a job. A handler may set its own; a request may lower it.',
    duration('1ms', LONGEST_TIMER),
  ),
  jobMaxAttempts: setting(
    'JOB_MAX_ATTEMPTS',
    '3',
    'Attempts before a job fails. A handler may set its own; a request may lower it.',
    wholeNumber(1, 1000),
  ),
  jobUpstreamPatienceMs: setting(
    'JOB_UPSTREAM_PATIENCE',
    '1h',
    'How long a job waits, spending no attempt, while its upstream answers nothing.',
    duration('0s', LONGEST_TIMER),
  ),
  callbackConcurrency: setting('CALLBACK_CONCURRENCY', '256', 'Callback requests in flight.', wholeNumber(1, 10_000)),
  callbackConcurrencyPerDestination: setting(
    'CALLBACK_CONCURRENCY_PER_DESTINATION',
    '64',
    'Of those, at most so many to one destination.',
    wholeNumber(1, 10_000),
  ),
  callbackTimeoutMs: setting(
    'CALLBACK_TIMEOUT',
    '15s',
    'Total time of one try: DNS, connect, TLS, response headers.',
    duration('1ms', LONGEST_TIMER),
  ),
  callbackSchedule: setting(
    'CALLBACK_RETRY_SCHEDULE',
    '5s,5m,30m,2h,5h,10h,14h,20h,24h',
    'Waits after the first try: ten tries in 75 h 35 m. `none` is one try only.',
    schedule,
  ),
  callbackJitter: setting(
    'CALLBACK_RETRY_JITTER',
    '0.2',
    'Each wait is lengthened by up to this share of itself, never shortened; `0` is exact.',
    share,
  ),
  callbackBreaker: setting(
    'CALLBACK_BREAKER',
    'on',
    'A destination that keeps failing is probed while its other deliveries wait; `off` is the bare schedule.',
    onOrOff,
  ),
  callbackAllow: optional(
    'CALLBACK_ALLOW',
    'none',
    'Hosts and CIDR blocks that callbacks may reach although they are private: `10.1.0.0/16,hooks.internal`. ' +
      '`loopback` is a word for 127.0.0.0/8 and ::1. Cloud metadata addresses only when named one by one.',
    allowList,
  ),
  callbackHttpsOnly: setting('CALLBACK_HTTPS_ONLY', 'false', '`true` refuses callback URLs with plain http.', yesOrNo),
  callbackCa: optional('CALLBACK_CA', 'none', 'PEM file of private certificate authorities that callbacks trust as well.', certificates),
  maxBody: setting('MAX_BODY', '1 MiB', 'Largest request body; beyond: 413.', size(1024, 256 * MEBIBYTE)),
  maxResult: setting('MAX_RESULT', '16 MiB', 'Largest result; beyond, the job fails with `result_too_large`.', size(1024, 256 * MEBIBYTE)),
  retentionMs: setting('RETENTION', '30d', 'How long a job can be read after its end and the end of its last callback.', duration('1s')),
  logLevel: setting('LOG_LEVEL', 'info', `One of ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}.`, oneOf(LOG_LEVELS)),
  shutdownTimeoutMs: setting(
    'SHUTDOWN_TIMEOUT',
    '20s',
    'At SIGTERM, time for running work to finish before it is handed back.',
    duration('0s', LONGEST_TIMER),
  ),
} satisfies Record<string, Setting<unknown>>

/** The README's configuration table, in markdown. */
export function configTable(): string {
  const rows = Object.values(SETTINGS).map(({ name, isSecret, shown, about }) => {
    const names = isSecret ? `\`${name}\` or \`${name}_FILE\`` : `\`${name}\``
    return `| ${names} | ${shown} | ${about} |`
  })
  return ['| name | default | what it does |', '|---|---|---|', ...rows].join('\n')
}

/** The help of `ringback serve`: a variable, its default, and what it does in lines of at most 80 columns. */
export function configHelp(): string {
  const blocks = Object.values(SETTINGS).map(({ name, isSecret, shown, about }) => {
    const names = isSecret ? `${name} (or ${name}_FILE)` : name
    return `  ${names}: ${shown.replaceAll('`', '')}\n${wrapped(about.replaceAll('`', ''), 74).replace(/^/gm, '      ')}\n`
  })
  return blocks.join('')
}

function wrapped(text: string, columns: number): string {
  return text.replaceAll(new RegExp(`(.{1,${columns}})(?: +|$)`, 'g'), '$1\n').trimEnd()
}

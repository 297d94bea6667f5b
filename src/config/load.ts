/**
 * The environment, read once at the start: parsed by the list in `config/settings.ts`, cross-checked here. This is the only
 * file that reads `process.env`.
 */
import { isIP } from 'node:net'
import { fileURLToPath } from 'node:url'
import { nearest } from '../domain/nearest.ts'
import { OperatorError } from '../domain/operator-error.ts'
import type { RetryPolicy } from '../domain/retry.ts'
import type { Upstream } from '../domain/upstream.ts'
import { type LogLevel, type Role, SETTINGS, type Setting } from './settings.ts'
import { BadValue, readText } from './values.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** The start is refused. The message names the variable and never shows a value that may be a secret. */
export class ConfigError extends OperatorError {
  constructor(variable: string, detail: string) {
    super(`${variable} ${detail}`)
    this.name = 'ConfigError'
  }
}

/** Names of settings whose adapter this build lacks, each with the reason it is refused. */
const NOT_IN_THIS_BUILD: Readonly<Record<string, string>> = {
  DATABASE_URL: 'is set, but this build keeps its data in SQLite only',
}

/** A name that begins so and is none of ours is a slip: it would do nothing, and nobody would notice. */
/** What is loaded when the operator names nothing: beside the source in a checkout, compiled into the package otherwise. */
export const EXAMPLE_HANDLERS = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../examples/handlers' : '../examples/handlers', import.meta.url),
)

const OWN_PREFIXES = ['CALLBACK_', 'JOB_', 'HANDLER', 'UPSTREAM', 'RINGBACK_']
/** Of the client; they often stand in the same environment. */
const CLIENT_NAMES = ['RINGBACK_URL', 'RINGBACK_API_KEY']
/** Never handed to the operator's handler modules. */
const SECRET_NAMES = ['ADMIN_API_KEY', 'MASTER_KEY', 'DATABASE_URL', 'REDIS_URL']
const WITHHELD = [...SECRET_NAMES.flatMap((name) => [name, `${name}_FILE`]), 'UPSTREAMS_FILE']

/** Durations in milliseconds, sizes in bytes, paths absolute. */
export interface Config {
  role: Role
  /** Null: the queue is in this process, which is alone. */
  redisUrl: string | null
  host: string
  /** Null: a worker that does not listen. */
  port: number | null
  /** Without a slash at its end; null: made from the host and the port that is really listened on. */
  publicUrl: string | null
  dataDir: string
  handlersDir: string | null
  upstreams: readonly Upstream[]
  handlerThreads: number
  /** Of each thread. */
  handlerMemory: number
  jobConcurrency: number
  jobTimeoutMs: number
  jobMaxAttempts: number
  jobUpstreamPatienceMs: number
  callbackConcurrency: number
  callbackConcurrencyPerDestination: number
  callbackTimeoutMs: number
  callbackPolicy: RetryPolicy
  /** False: the bare schedule, whatever state a destination is in. */
  callbackBreaker: boolean
  callbackAllow: readonly string[]
  callbackHttpsOnly: boolean
  /** PEM text. */
  callbackCa: string | null
  maxBody: number
  maxResult: number
  retentionMs: number
  logLevel: LogLevel
  shutdownTimeoutMs: number
  /** Lines for the log: settings that work but are probably not meant. */
  warnings: readonly string[]
  secrets: Secrets
  /** The environment handler modules see: everything but our secrets. */
  handlerEnv: Readonly<Record<string, string>>
}

/** Apart from the rest, so that a config without them can be logged. */
export interface Secrets {
  adminApiKey: string | null
  masterKey: string | null
}

/** Reads, checks and cross-checks the environment. An empty variable counts as not set. Throws `ConfigError`. */
export function loadConfig(env: Env = process.env): Config {
  const set = Object.fromEntries(Object.entries(env).flatMap(([name, text]) => (text ? [[name, text]] : [])))
  refuseUnknown(set)
  const given = { ...set, ...secretsFromFiles(set) }
  const read = <T>(one: Setting<T>): T => readSetting(one, given[one.name])

  const handlersDir = read(SETTINGS.handlersDir)
  const upstreamList = allUpstreams(read)
  const role = read(SETTINGS.role)
  const redisUrl = read(SETTINGS.redisUrl)
  if (role !== 'all' && redisUrl === null) throw new ConfigError('ROLE', `is ${role}, which needs REDIS_URL`)
  const config = {
    role,
    redisUrl,
    host: read(SETTINGS.host),
    port: role === 'worker' && given.PORT === undefined ? null : read(SETTINGS.port),
    publicUrl: read(SETTINGS.publicUrl),
    dataDir: read(SETTINGS.dataDir),
    handlersDir: handlersDir ?? (upstreamList.length === 0 ? EXAMPLE_HANDLERS : null),
    upstreams: upstreamList,
    handlerThreads: read(SETTINGS.handlerThreads),
    handlerMemory: read(SETTINGS.handlerMemory),
    jobConcurrency: read(SETTINGS.jobConcurrency),
    jobTimeoutMs: read(SETTINGS.jobTimeoutMs),
    jobMaxAttempts: read(SETTINGS.jobMaxAttempts),
    jobUpstreamPatienceMs: read(SETTINGS.jobUpstreamPatienceMs),
    callbackTimeoutMs: read(SETTINGS.callbackTimeoutMs),
    callbackPolicy: { schedule: read(SETTINGS.callbackSchedule), jitter: read(SETTINGS.callbackJitter) },
    callbackBreaker: read(SETTINGS.callbackBreaker),
    callbackAllow: read(SETTINGS.callbackAllow) ?? [],
    callbackHttpsOnly: read(SETTINGS.callbackHttpsOnly),
    callbackCa: read(SETTINGS.callbackCa),
    maxBody: read(SETTINGS.maxBody),
    maxResult: read(SETTINGS.maxResult),
    retentionMs: read(SETTINGS.retentionMs),
    logLevel: read(SETTINGS.logLevel),
    shutdownTimeoutMs: read(SETTINGS.shutdownTimeoutMs),
    secrets: { adminApiKey: read(SETTINGS.adminApiKey), masterKey: read(SETTINGS.masterKey) },
    handlerEnv: Object.fromEntries(Object.entries(set).filter(([name]) => !WITHHELD.includes(name))),
  }
  return { ...config, ...callbackCeilings(read, given), warnings: warningsFor(config) }
}

/** Our environment for a process we start: `defaults` where it says nothing, `instead` whatever it says. */
export function environment(defaults: Readonly<Record<string, string>>, instead: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...defaults, ...process.env, ...instead }
}

function readSetting<T>(one: Setting<T>, text: string | undefined): T {
  try {
    return one.read(text)
  } catch (error) {
    throw error instanceof BadValue ? new ConfigError(one.name, error.message) : error
  }
}

function refuseUnknown(set: Env): void {
  for (const [name, detail] of Object.entries(NOT_IN_THIS_BUILD)) {
    for (const variable of [name, `${name}_FILE`]) if (set[variable] !== undefined) throw new ConfigError(variable, detail)
  }
  const known = [...Object.values(SETTINGS).map((one) => one.name), ...Object.keys(NOT_IN_THIS_BUILD)]
  for (const name of Object.keys(set)) {
    const prefix = OWN_PREFIXES.find((start) => name.startsWith(start))
    if (prefix === undefined || known.includes(name) || CLIENT_NAMES.includes(name)) continue
    const near = nearest(name, known)
    const family = known.filter((one) => one.startsWith(prefix)).join(', ')
    const way = near === undefined ? family && `; there are ${family}` : `; did you mean ${near}?`
    throw new ConfigError(name, `is not a setting${way}`)
  }
}

/** What the `NAME_FILE` variables point at; a line break at the end of a file is not part of its secret. */
function secretsFromFiles(set: Env): Record<string, string> {
  const found: Record<string, string> = {}
  for (const { name, isSecret } of Object.values(SETTINGS)) {
    const path = set[`${name}_FILE`]
    if (!isSecret || path === undefined) continue
    if (set[name] !== undefined) throw new ConfigError(name, `and ${name}_FILE are both set; keep one`)
    try {
      found[name] = readText(path).replace(/\r?\n$/, '')
    } catch (error) {
      throw error instanceof BadValue ? new ConfigError(`${name}_FILE`, error.message) : error
    }
    if (found[name] === '') throw new ConfigError(`${name}_FILE`, 'names an empty file')
  }
  return found
}

/** Those of the short form, then those of the file. */
function allUpstreams(read: <T>(one: Setting<T>) => T): readonly Upstream[] {
  const listed = read(SETTINGS.upstreams) ?? []
  const filed = read(SETTINGS.upstreamsFile) ?? []
  const twin = filed.find(({ type }) => listed.some((one) => one.type === type))
  if (twin)
    throw new ConfigError(SETTINGS.upstreamsFile.name, `and ${SETTINGS.upstreams.name} both name the job type ${twin.type}; keep one`)
  return [...listed, ...filed]
}

/** The ceiling of one destination is part of the whole: a default gives way, two figures that contradict each other are refused. */
function callbackCeilings(read: <T>(one: Setting<T>) => T, given: Env) {
  const { callbackConcurrency: whole, callbackConcurrencyPerDestination: part } = SETTINGS
  const total = read(whole)
  const perDestination = read(part)
  if (perDestination > total && given[part.name] !== undefined) throw new ConfigError(part.name, `is higher than ${whole.name} (${total})`)
  return { callbackConcurrency: total, callbackConcurrencyPerDestination: Math.min(total, perDestination) }
}

function warningsFor(config: Pick<Config, 'host' | 'publicUrl'>): string[] {
  if (config.publicUrl !== null || isLoopback(config.host)) return []
  return [
    'HOST is not a loopback address and PUBLIC_URL is not set: the URLs in answers and callbacks may not reach this service from outside.',
  ]
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

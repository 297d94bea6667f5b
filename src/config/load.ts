/**
 * The environment, read once at the start: parsed by the table in `config/settings.ts`, cross-checked here. This is the only
 * file that reads `process.env`.
 */
import { isIP } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Upstream } from '../domain/upstream.ts'
import { ConfigError } from './config-error.ts'
import { type Env, readTable, type Setting, settingsOf, type ValuesOf } from './setting.ts'
import { SETTINGS } from './settings.ts'
import { refuseUnknownNames } from './unknown-names.ts'
import { BadValue, readText } from './values.ts'

type Values = ValuesOf<typeof SETTINGS>

/** The values of all settings, with what follows from several of them. Durations in milliseconds, sizes in bytes, paths absolute. */
export interface Config extends Omit<Values, 'server' | 'handlers'> {
  /** `port` null: a worker that does not listen. `publicUrl` null: made from the host and the port that is really listened on. */
  server: Omit<Values['server'], 'port'> & { port: number | null }
  /** `upstreams`: those of both settings. `env`: the environment that handler modules see, which is everything but our secrets. */
  handlers: Omit<Values['handlers'], 'upstreamsFile'> & { env: Readonly<Record<string, string>> }
  /** Lines for the log: settings that work but are probably not meant. */
  warnings: readonly string[]
}

/** The handlers that are loaded when the operator names none: beside the source in a checkout, compiled into the package otherwise. */
export const EXAMPLE_HANDLERS = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../examples/handlers' : '../examples/handlers', import.meta.url),
)

/** Reads, checks and cross-checks the environment. An empty variable counts as not set. Throws `ConfigError`. */
export function loadConfig(env: Env = process.env): Config {
  const set = Object.fromEntries(Object.entries(env).flatMap(([name, text]) => (text ? [[name, text]] : [])))
  refuseUnknownNames(set)
  const given: Env = { ...set, ...secretsFromFiles(set) }
  const values = readTable(SETTINGS, (one) => readSetting(one, given))
  const { role, redisUrl, server, callback } = values
  const { upstreams: listed, upstreamsFile: filed, ...handlers } = values.handlers
  if (role !== 'all' && redisUrl === null) throw new ConfigError('ROLE', `is ${role}, which needs REDIS_URL`)
  if (values.database.target !== null) assertShareable(values)
  const upstreams = joined(listed, filed)
  return {
    ...values,
    server: { ...server, port: role === 'worker' && given.PORT === undefined ? null : server.port },
    handlers: {
      ...handlers,
      dir: handlers.dir ?? (upstreams.length === 0 ? EXAMPLE_HANDLERS : null),
      upstreams,
      env: withoutSecrets(set),
    },
    callback: { ...callback, concurrencyPerDestination: shareOfDestination(callback, given) },
    warnings: warningsFor(server),
  }
}

/** Our environment for a process we start: `defaults` where it says nothing, `instead` whatever it says. */
export function environment(defaults: Readonly<Record<string, string>>, instead: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...defaults, ...process.env, ...instead }
}

function readSetting<T>(one: Setting<T>, given: Env): T {
  try {
    return one.read(given[one.name])
  } catch (error) {
    throw error instanceof BadValue ? new ConfigError(one.name, error.message) : error
  }
}

/** What the `NAME_FILE` variables point at; a line break at the end of a file is not part of its secret. */
function secretsFromFiles(set: Env): Record<string, string> {
  const found: Record<string, string> = {}
  for (const { name, isSecret } of settingsOf(SETTINGS)) {
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

function withoutSecrets(set: Readonly<Record<string, string>>): Record<string, string> {
  const ours = settingsOf(SETTINGS).filter((one) => one.isSecret)
  const withheld = new Set([...ours.flatMap(({ name }) => [name, `${name}_FILE`]), SETTINGS.handlers.upstreamsFile.name])
  return Object.fromEntries(Object.entries(set).filter(([name]) => !withheld.has(name)))
}

/** Processes on many hosts are one service: they have one name, and one key. */
function assertShareable({ server, secrets }: Values): void {
  if (server.publicUrl === null) throw new ConfigError('DATABASE_URL', 'needs PUBLIC_URL: every process writes the same URLs')
  if (secrets.masterKey === null) throw new ConfigError('DATABASE_URL', 'needs MASTER_KEY: every process must have the same one')
}

/** The upstreams of the short form, then those of the file. */
function joined(listed: readonly Upstream[], filed: readonly Upstream[]): readonly Upstream[] {
  const { upstreams, upstreamsFile } = SETTINGS.handlers
  const repeated = filed.find(({ type }) => listed.some((one) => one.type === type))
  if (repeated === undefined) return [...listed, ...filed]
  throw new ConfigError(upstreamsFile.name, `and ${upstreams.name} both name the job type ${repeated.type}; keep one`)
}

/** The ceiling of one destination is part of the whole: a default gives way, two figures that contradict each other are refused. */
function shareOfDestination({ concurrency, concurrencyPerDestination }: Values['callback'], given: Env): number {
  const { concurrency: whole, concurrencyPerDestination: part } = SETTINGS.callback
  const contradicts = concurrencyPerDestination > concurrency && given[part.name] !== undefined
  if (contradicts) throw new ConfigError(part.name, `is higher than ${whole.name} (${concurrency})`)
  return Math.min(concurrency, concurrencyPerDestination)
}

function warningsFor({ host, publicUrl }: Values['server']): string[] {
  if (publicUrl !== null || isLoopback(host)) return []
  return [
    'HOST is not a loopback address and PUBLIC_URL is not set: the URLs in answers and callbacks may not reach this service from outside.',
  ]
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

/** What a run stands on: a folder, a listener, the canaries, and everything that was seen of the service. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseMasterKey } from '../../../src/store/folder/master-key.ts'
import { contentsOf } from '../../../test/support/redis-contents.ts'
import { launch, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { ownRedis } from '../../harness/own-redis.ts'
import { type Canary, canaryTexts } from './canaries.ts'
import type { Evidence } from './evidence.ts'
import { filesIn, placeOf } from './files-in.ts'
import { type Listener, startListener } from './listener.ts'
import { formsOfMade } from './made-secret.ts'

const HANDLERS = fileURLToPath(new URL('./handlers/', import.meta.url))
/** As in an image whose volume was made by somebody else: readable by all. */
const OPEN_TO_ALL = 0o755
const MAX_BODY = 16 * 1024
/** A start is refused long before, milliseconds. */
const REFUSAL_MS = 30_000
/** The folder of the files that the operator writes. */
const OPERATORS = 'operator'
const BUGS = new URL('./bugs.ts', import.meta.url)

export interface Setup {
  readonly folder: string
  readonly dataDir: string
  readonly texts: Record<Canary, string>
  readonly listener: Listener
  readonly evidence: Evidence[]
  /** The environment of the service and of the commands: with the operator's secrets. */
  readonly env: Record<string, string>
  /** Every form the service knows a canary by. */
  secrets(): Map<Canary, Uint8Array[]>
  /** The service has made this one. */
  learn(canary: Canary, text: string): void
  keep(evidence: Evidence): void
  /** Writes a file that the operator would write, secrets and all. Its path; nobody searches it. */
  operatorFile(name: string, text: string): string
  /** Starts the service with the fault that `bugs.ts` is; what it prints is kept when it is gone. */
  start(env?: Record<string, string>): Promise<Service>
  /** Starts what is not to start. */
  refused(env: Record<string, string>): Promise<{ code: number | null; output: string }>
  /** Files as they are now. */
  keepFiles(what: string): void
  /** All that Redis holds, where there is one. Throws when it holds no trace of our callbacks. */
  keepRedis(what: string): Promise<void>
  /** Database files that others than their owner may read. */
  readonly readable: Set<string>
  close(): Promise<void>
}

export interface SetupOptions {
  seed: number
  /** Whether the service has a Redis. */
  redis: boolean
  /** Sabotage of the command. */
  preload: readonly URL[]
}

export async function setUp({ seed, redis: onRedis, preload }: SetupOptions): Promise<Setup> {
  const folder = await tempFolder()
  const dataDir = join(folder, 'data')
  const temporary = join(folder, 'tmp')
  const reports = join(folder, 'reports')
  const operators = join(folder, OPERATORS)
  for (const path of [dataDir, temporary, reports, operators]) mkdirSync(path, { mode: OPEN_TO_ALL })
  const evidence: Evidence[] = []
  const keep = (one: Evidence) => void evidence.push(one)
  const texts = canaryTexts(seed)
  const listener = await startListener(texts, keep)
  // Its append-only file keeps what is in Redis for moments only.
  const redis = await ownRedis(onRedis, { aof: 'everysec', password: texts['password of Redis'] })
  const made = new Map<Canary, Uint8Array[]>()
  const readable = new Set<string>()
  const services: Service[] = []
  const operatorFile = (name: string, text: string) => {
    const path = join(operators, name)
    writeFileSync(path, text)
    return path
  }
  const filed = { url: listener.url('/upstream'), headers: { authorization: `Bearer ${texts['upstream header']}` } }
  const env = {
    ...redis.env,
    DATA_DIR: dataDir,
    ADMIN_API_KEY: texts['operator key'],
    MASTER_KEY: texts['master key'],
    UPSTREAMS: `canary.upstream=${listener.url('/upstream')}?key=${texts['upstream URL query']}`,
    UPSTREAMS_FILE: operatorFile('upstreams.json', JSON.stringify({ 'canary.filed': filed })),
    CALLBACK_ALLOW: 'loopback',
    JOB_MAX_ATTEMPTS: '1',
    MAX_BODY: String(MAX_BODY),
    LOG_LEVEL: 'trace',
    TMPDIR: temporary,
    NODE_OPTIONS:
      '--report-on-signal --report-signal=SIGWINCH --report-uncaught-exception --report-on-fatalerror ' +
      `--report-compact --report-directory=${reports}`,
  }

  return {
    folder,
    dataDir,
    texts,
    listener,
    evidence,
    env,
    readable,
    operatorFile,
    keep,
    secrets: () => {
      const given = (Object.keys(texts) as Canary[]).map((canary): [Canary, Uint8Array[]] => [canary, [Buffer.from(texts[canary])]])
      const all = new Map([...given, ...made])
      all.set('master key', [Buffer.from(texts['master key']), parseMasterKey(texts['master key'])])
      return all
    },
    learn(canary, text) {
      made.set(canary, [...(made.get(canary) ?? []), ...formsOfMade(text)])
    },
    async start(more = {}) {
      const service = await startService({ dataDir, handlersDir: HANDLERS, env: { ...env, ...more }, preload: [BUGS, ...preload] })
      services.push(service)
      const life = `life ${services.length}`
      for (const name of ['cmdline', 'comm']) keep({ place: 'process', what: life, bytes: readFileSync(`/proc/${service.pid}/${name}`) })
      void service.exited.then(() => keep({ place: 'log', what: life, bytes: Buffer.from(service.output()) }))
      return service
    },
    async refused(more) {
      const { exited, output, signal } = launch({ dataDir, handlersDir: HANDLERS, env: { ...env, ...more } })
      // One that starts after all would never end.
      const impatience = setTimeout(() => signal('SIGKILL'), REFUSAL_MS)
      const { code } = await exited
      clearTimeout(impatience)
      keep({ place: 'log', what: `refused start with ${Object.keys(more).join()}`, bytes: Buffer.from(output()) })
      return { code, output: output() }
    },
    keepFiles(what) {
      for (const file of filesIn(folder, OPERATORS)) {
        const isDatabase = /\.db(?:-wal|-shm)?$/.test(file)
        if (isDatabase && (statSync(file).mode & 0o077) !== 0) readable.add(file.slice(folder.length + 1))
        keep({ place: placeOf(file, isDatabase), what: `${what}: ${file.slice(folder.length + 1)}`, bytes: readFileSync(file) })
      }
    },
    async keepRedis(what) {
      if (redis.server === null) return
      const contents = await contentsOf(redis.server)
      const destination = new URL(listener.url('/')).host
      if (![...contents.values()].some((bytes) => bytes.includes(destination))) {
        throw new Error('Redis was never told of a destination: the search in it proves nothing')
      }
      for (const [name, bytes] of contents) keep({ place: 'redis', what: `${what}: ${name}`, bytes })
    },
    async close() {
      for (const service of services) await service.kill()
      await redis.close()
      await listener.close()
    },
  }
}

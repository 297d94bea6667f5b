/**
 * Damaged files. A service that is started on one refuses and keeps the file byte for byte, or gives for every job its true
 * document or an error: at no time an empty database, and never a wrong answer.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databasePath } from '../../../src/store/folder/data-folder.ts'
import { launch, removeFolder, type Service, startService, tempFolder, whenReady } from '../../../test/support/service.ts'
import { HANDLERS, sabotage } from '../../harness/builds.ts'
import { eachOf } from '../../harness/each-of.ts'
import { createRng, type Rng } from '../../harness/rng.ts'
import { DAMAGES, type Damage, EMPTY, SILENT_DAMAGES } from './image.ts'
import type { DiskControl, Row } from './report.ts'

const FRESH_DATABASE = sabotage('fresh-database')
const JOBS = 40
/** Above a page, so that most of it lies on pages that hold nothing else. */
const LARGEST_RESULT = 20_000
/** Services on images at a time. */
const WIDTH = 2
/** The URLs in the documents must be the same from whatever port they are read. */
const ENV = { PUBLIC_URL: 'http://ringback.test', LOG_LEVEL: 'fatal' }

/** What a client could read before the damage: the job's document and its result by job id. */
type Truth = Map<string, { document: string; result: string }>

interface Original {
  dataDir: string
  truth: Truth
}

interface Seen {
  damage: string
  end: 'refused' | 'served'
  /** Reads that were answered with an error. */
  errors: number
  /** Reads that gave something else than the truth, and wipes. */
  wrong: string[]
  /** What is wrong with a refusal. */
  faults: string[]
}

/** A build that begins anew where it finds an empty file: the reads must see that everything is gone. */
export async function damagedFilesControl(seed: number): Promise<DiskControl> {
  const folder = await tempFolder()
  const original = await makeOriginal(join(folder, 'original'))
  const { wrong } = await spoil(original, join(folder, 'control'), EMPTY, createRng(seed), [FRESH_DATABASE])
  await removeFolder(folder)
  const name = 'makes a fresh database where it finds an empty one'
  return { name, sight: wrong.length > 0 ? 'seen' : 'not seen', says: wrong[0] ?? '' }
}

/** @param images damaged copies, each of a kind in turn. None when there are to be none. */
export async function damagedFiles(seed: number, images: number): Promise<Row[]> {
  if (images === 0) return []
  const folder = await tempFolder()
  const original = await makeOriginal(join(folder, 'original'))
  const rng = createRng(seed)
  const seen = await spoilEach(original, folder, rng, DAMAGES, images)
  const silent = await spoilEach(original, folder, rng, SILENT_DAMAGES, Math.floor(images / 4))
  const faults = seen.flatMap(({ damage, wrong, faults: of }) => [...wrong, ...of].map((fault) => `${damage}: ${fault}`))
  if (faults.length === 0) await removeFolder(folder)
  return [
    { id: 'D8', name: 'damaged files', cases: images, faults, figures: figuresOf(seen) },
    {
      id: 'D8',
      name: 'not promised, for SQLite keeps no checksums of its pages: a byte, a page of zeros, a page in the place of another',
      cases: silent.length,
      faults: silent.flatMap(({ faults: of }) => of),
      figures: `${figuresOf(silent)}, on ${silent.filter(({ wrong }) => wrong.length > 0).length} images`,
    },
  ]
}

function figuresOf(seen: readonly Seen[]): string {
  const count = (end: Seen['end']) => seen.filter((one) => one.end === end).length
  const errors = seen.reduce((sum, one) => sum + one.errors, 0)
  const wrong = seen.reduce((sum, one) => sum + one.wrong.length, 0)
  const reads = `${errors} reads answered with an error, ${wrong} wrong`
  return `${count('refused')} refused and kept as they were, ${count('served')} served: ${reads}`
}

/** Jobs that have ended, read once, the first half folded into the database and the second in the log of a killed service. */
async function makeOriginal(dataDir: string): Promise<Original> {
  const options = { dataDir, handlersDir: HANDLERS, env: ENV }
  const ids: string[] = []
  for (const half of ['stopped', 'killed']) {
    const service = await startService(options)
    await eachOf(
      Array.from({ length: JOBS / 2 }, (_, n) => n),
      8,
      async (n) => {
        const payload = 'abcdefgh'.repeat(Math.round((LARGEST_RESULT * n) / JOBS / 4) + 1)
        const { json } = await service.api.submit({ type: 'fault.noop', payload, tags: [`n${n}`], metadata: { n: String(n) } })
        await service.api.jobUntil(json.id, (job) => job.status === 'completed')
        ids.push(json.id)
      },
    )
    if (half === 'stopped') await service.stop()
    else {
      const truth: Truth = new Map()
      for (const id of ids) truth.set(id, await read(service, id))
      await service.kill()
      return { dataDir, truth }
    }
  }
  throw new Error('there is no second half')
}

async function spoilEach(original: Original, folder: string, rng: Rng, damages: readonly Damage[], images: number): Promise<Seen[]> {
  const seen: Seen[] = []
  const each = Array.from({ length: images }, (_, n) => ({
    damage: damages[n % damages.length] as Damage,
    own: createRng(rng.between(0, 2 ** 31)),
    n,
  }))
  await eachOf(each, WIDTH, async ({ damage, own, n }) => {
    const image = join(folder, `${n}-${damage.name.replaceAll(' ', '-')}`)
    const one = await spoil(original, image, damage, own, [])
    seen.push(one)
    if (one.wrong.length + one.faults.length === 0) await removeFolder(image)
  })
  return seen
}

async function spoil({ dataDir, truth }: Original, image: string, damage: Damage, rng: Rng, preload: readonly URL[]): Promise<Seen> {
  mkdirSync(image)
  for (const name of readdirSync(dataDir)) copyFileSync(join(dataDir, name), join(image, name))
  const path = databasePath(image)
  damage.to(path, rng)
  const before = bytesOf(path)
  const seen: Seen = { damage: damage.name, end: 'served', errors: 0, wrong: [], faults: [] }
  const launched = launch({ dataDir: image, handlersDir: HANDLERS, env: ENV, preload })
  try {
    const service = await whenReady(launched).catch(() => null)
    if (service === null) {
      // It has ended by itself, or never will.
      launched.signal('SIGKILL')
      const { code } = await launched.exited
      seen.end = 'refused'
      if (code === 0 || code === null) seen.faults.push(`ended with ${code}`)
      if (!/restore a backup/.test(launched.output())) seen.faults.push(`does not say what to do: ${launched.output()}`)
      if (!bytesOf(path).every((bytes, at) => bytes.equals(before[at] ?? Buffer.alloc(0)))) seen.faults.push('the file was changed')
      return seen
    }
    await compare(service, truth, seen)
    return seen
  } finally {
    launched.signal('SIGKILL')
    await launched.exited
  }
}

async function compare(service: Service, truth: Truth, seen: Seen): Promise<void> {
  for (const [id, expected] of truth) {
    const found = await read(service, id).catch(() => null)
    if (found === null) seen.errors += 1
    else if (found.document !== expected.document) seen.wrong.push(`${id} reads ${found.document}`)
    else if (found.result !== expected.result) seen.wrong.push(`${id} has another result`)
  }
  await service.api.close()
}

/** What a client reads of a job. Throws for an error, as a client does; that there is no such job is an answer. */
async function read({ api }: Service, id: string): Promise<{ document: string; result: string }> {
  const [document, result] = await Promise.all([api.job(id), api.call('GET', `/v1/jobs/${id}/result`)])
  if (document.status >= 500 || result.status >= 500) throw new Error(`${document.status} ${result.status}`)
  return { document: withoutRequest(document.text), result: withoutRequest(result.text) }
}

/** A problem document without what is of this request alone. */
function withoutRequest(text: string): string {
  return text.replace(/"request_id":"[^"]*"/, '')
}

function bytesOf(path: string): Buffer[] {
  return [path, `${path}-wal`].map((file) => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0)))
}

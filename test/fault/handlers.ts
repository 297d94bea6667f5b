/** `npm run fault -- handlers`: misbehaving handlers beside innocent ones. First on a build that must fail. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeFolder, startService, tempFolder } from '../support/service.ts'
import { INNOCENT, MISBEHAVING, modules } from './misbehaviour/modules.ts'
import { sightOf } from './report.ts'

const SHARED_FATE = new URL('./sabotage/shared-fate.ts', import.meta.url)
/** Long enough for every time-out and grace, several times over. */
const MOST_MINUTES = 30

export interface HandlersReport {
  innocent: { completed: number; lost: number; failed: number; attemptsSpent: number }
  /** Misbehaving ones that have not ended. */
  stuck: number
  /** A quick job after all of it completes. */
  slotsFree: boolean
}

/** `each`: jobs of every kind; so many innocent ones go with each misbehaving one. */
export async function runHandlers(types: readonly string[], each: number, preload: readonly URL[] = []): Promise<HandlersReport> {
  const folder = await tempFolder()
  const handlersDir = join(folder, 'handlers')
  await mkdir(handlersDir)
  for (const [name, source] of Object.entries(modules())) await writeFile(join(handlersDir, name), source)
  const env = { HANDLER_MEMORY: '96MiB', LOG_LEVEL: 'error' }
  const service = await startService({ dataDir: join(folder, 'data'), handlersDir, env, preload })
  try {
    const submit = async (type: string, payload: number): Promise<string> => (await service.api.submit({ type, payload })).json.id
    const innocent: string[] = []
    const bad: string[] = []
    for (let n = 0; n < each; n++) {
      for (const type of types) {
        innocent.push(await submit(INNOCENT, n))
        bad.push(await submit(type, n))
      }
    }
    const ends = await Promise.all([...innocent, ...bad].map((id) => endOf(service.api, id)))
    const ofInnocent = ends.slice(0, innocent.length)
    const after = await endOf(service.api, await submit(INNOCENT, -1))
    return {
      innocent: {
        completed: ofInnocent.filter((job) => job?.status === 'completed').length,
        lost: ofInnocent.filter((job) => job === null).length,
        failed: ofInnocent.filter((job) => job !== null && job.status !== 'completed').length,
        attemptsSpent: ofInnocent.reduce((sum, job) => sum + Math.max(0, (job?.attempt ?? 1) - 1), 0),
      },
      stuck: ends.slice(innocent.length).filter((job) => job === null).length,
      slotsFree: after?.status === 'completed',
    }
  } finally {
    await service.kill()
    await removeFolder(folder)
  }
}

/** Null: it has not ended in time. */
async function endOf(api: { job(id: string): Promise<{ json: EndedJob }> }, id: string): Promise<EndedJob | null> {
  for (const until = performance.now() + MOST_MINUTES * 60_000; performance.now() < until; await sleep(200)) {
    const { json } = await api.job(id)
    if (['completed', 'failed', 'canceled'].includes(json.status)) return json
  }
  return null
}

interface EndedJob {
  status: string
  attempt: number
}

/** Whether nobody innocent has paid for it. */
export function held({ innocent, stuck, slotsFree }: HandlersReport): boolean {
  return innocent.lost + innocent.failed + innocent.attemptsSpent + stuck === 0 && slotsFree
}

/** True when the control failed as it must and the real build held. */
export async function handlers({ jobs, print }: { jobs: number; print: (line: string) => void }): Promise<boolean> {
  print('control: a build in which every run of a lost thread pays for it')
  const control = await runHandlers(['loop.later', 'memory.async'], 4, [SHARED_FATE])
  print(`  ${control.innocent.attemptsSpent} attempts of innocent jobs spent: ${sightOf(!held(control))}`)
  if (held(control)) return false
  const each = Math.ceil(jobs / MISBEHAVING.length)
  print(`${each * MISBEHAVING.length} jobs of ${MISBEHAVING.length} misbehaving types, an innocent one beside each`)
  const report = await runHandlers(MISBEHAVING, each)
  print(`  ${JSON.stringify(report)}`)
  return held(report)
}

/** One inspection: canaries planted, things broken, everything collected and searched. */
import { type Client, createClient } from './client.ts'
import { type Finds, findCanaries } from './evidence.ts'
import { breakDown, disturb, type Fault, restoreElsewhere, takeReport } from './faults.ts'
import { type Planted, plant } from './plant.ts'
import { refuse } from './refuse.ts'
import { refuseSettings } from './settings.ts'
import { type Stage, type StageOptions, setStage } from './stage.ts'

export interface InspectOptions extends Pick<StageOptions, 'seed'>, Partial<Pick<StageOptions, 'redis' | 'preload'>> {
  /** Also with everything of `faults.ts` and `settings.ts`, and at a second log level. */
  broken: boolean
}

export interface Inspection extends Finds {
  routes: number
  /** Requests, each to a route with a canary somewhere in it. */
  asked: number
  faults: Fault[]
  /** What was wrong, a line each. */
  failures: string[]
  folder: string
}

export async function inspect({ seed, broken, redis = false, preload = [] }: InspectOptions): Promise<Inspection> {
  const stage = await setStage({ seed, redis, preload })
  const faults: Fault[] = []
  const check = (name: string, holds: boolean, instead: unknown) =>
    void faults.push({ name, wrong: holds ? null : JSON.stringify(instead) })
  try {
    const first = await live(stage, 'trace', async (service, tenant) => {
      await takeReport(service, stage, check)
      if (broken) await disturb(service, stage, tenant, check)
    })
    const clients = [first.client]
    if (broken) {
      clients.push((await live(stage, 'info', async () => {})).client)
      await breakDown(stage, first.tenant, check)
      await restoreElsewhere(stage, first.tenant, check)
      faults.push(...(await refuseSettings(stage)))
    }
    stage.keepFiles('at the end')
    await stage.keepRedis('at the end')
    const finds = findCanaries(stage.evidence, stage.secrets())
    const failures = failuresOf(finds, clients, faults, stage, broken)
    const asked = clients.reduce((sum, client) => sum + client.asked, 0)
    return { ...finds, routes: first.client.routes.length, asked, faults, failures, folder: stage.folder }
  } finally {
    await stage.close()
  }
}

/** A life of the service: everything asked of it, then killed. */
async function live(
  stage: Stage,
  level: string,
  work: (service: Awaited<ReturnType<Stage['start']>>, tenant: Planted) => Promise<void>,
): Promise<{ client: Client; tenant: Planted }> {
  const service = await stage.start({ LOG_LEVEL: level })
  const client = await createClient(service, stage)
  const tenant = await plant(client, stage)
  await refuse(client, stage, tenant)
  await work(service, tenant)
  await stage.keepRedis(`before the kill, ${level}`)
  await service.kill()
  await client.close()
  stage.keepFiles(`killed, ${level}`)
  return { client, tenant }
}

function failuresOf(finds: Finds, clients: readonly Client[], faults: readonly Fault[], stage: Stage, broken: boolean): string[] {
  const answered = (route: string, fits: (status: number) => boolean) =>
    clients.every((client) => [...(client.statuses.get(route) ?? [])].some(fits))
  const routes = [...(clients[0]?.routes ?? [])]
  const missing = finds.missing.filter((canary) => broken || canary !== 'refused setting')
  return [
    ...finds.leaks.map(({ canary, place, what, around }) => `LEAK  ${canary} in ${place} (${what}): ${around}`),
    ...missing.map((canary) => `${canary}: planted nowhere, so it proves nothing`),
    ...routes
      .filter((route) => !answered(route, (status) => status < 400))
      .map((route) => `${route} never succeeded: a new route needs canaries`),
    ...routes.filter((route) => !answered(route, (status) => status >= 400 && status < 500)).map((route) => `${route} was never refused`),
    ...routes.filter((route) => !answered(route, (status) => status === 500)).map((route) => `${route} never met its bug`),
    ...[...stage.readable].map((file) => `${file} can be read by others than its owner`),
    ...faults.flatMap(({ name, wrong }) => (wrong === null ? [] : [`${name}: ${wrong}`])),
  ]
}

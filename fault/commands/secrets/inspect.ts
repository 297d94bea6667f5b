/** One inspection: canaries planted, things broken, everything collected and searched. */
import { type Client, createClient } from './client.ts'
import { type Finds, findCanaries } from './evidence.ts'
import { breakDown, disturb, type Fault, restoreElsewhere, takeReport } from './faults.ts'
import { type Planted, plant } from './plant.ts'
import { refuse } from './refuse.ts'
import { refuseSettings } from './settings.ts'
import { type Setup, type SetupOptions, setUp } from './setup.ts'

export interface InspectOptions extends Pick<SetupOptions, 'seed'>, Partial<Pick<SetupOptions, 'redis' | 'preload'>> {
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
  const setup = await setUp({ seed, redis, preload })
  const faults: Fault[] = []
  const check = (name: string, holds: boolean, instead: unknown) =>
    void faults.push({ name, wrong: holds ? null : JSON.stringify(instead) })
  try {
    const first = await live(setup, 'trace', async (service, tenant) => {
      await takeReport(service, setup, check)
      if (broken) await disturb(service, setup, tenant, check)
    })
    const clients = [first.client]
    if (broken) {
      clients.push((await live(setup, 'info', async () => {})).client)
      await breakDown(setup, first.tenant, check)
      await restoreElsewhere(setup, first.tenant, check)
      faults.push(...(await refuseSettings(setup)))
    }
    setup.keepFiles('at the end')
    await setup.keepRedis('at the end')
    const finds = findCanaries(setup.evidence, setup.secrets())
    const failures = failuresOf(finds, clients, faults, setup, broken)
    const asked = clients.reduce((sum, client) => sum + client.asked, 0)
    return { ...finds, routes: first.client.routes.length, asked, faults, failures, folder: setup.folder }
  } finally {
    await setup.close()
  }
}

/** A life of the service: everything asked of it, then killed. */
async function live(
  setup: Setup,
  level: string,
  work: (service: Awaited<ReturnType<Setup['start']>>, tenant: Planted) => Promise<void>,
): Promise<{ client: Client; tenant: Planted }> {
  const service = await setup.start({ LOG_LEVEL: level })
  const client = await createClient(service, setup)
  const tenant = await plant(client, setup)
  await refuse(client, setup, tenant)
  await work(service, tenant)
  await setup.keepRedis(`before the kill, ${level}`)
  await service.kill()
  await client.close()
  setup.keepFiles(`killed, ${level}`)
  return { client, tenant }
}

function failuresOf(finds: Finds, clients: readonly Client[], faults: readonly Fault[], setup: Setup, broken: boolean): string[] {
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
    ...[...setup.readable].map((file) => `${file} can be read by others than its owner`),
    ...faults.flatMap(({ name, wrong }) => (wrong === null ? [] : [`${name}: ${wrong}`])),
  ]
}

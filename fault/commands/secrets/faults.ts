/** Everything that makes the program talk when it breaks, each with the canaries of `plant.ts` and `refuse.ts` in its memory. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApi } from '../../../test/support/api.ts'
import { runCommand } from '../../../test/support/command.ts'
import type { Service } from '../../../test/support/service.ts'
import { failingDisk } from './failing-disk.ts'
import type { Planted } from './plant.ts'
import type { Setup } from './setup.ts'

const PATIENCE_MS = 10_000

/** A fault that fired, or what went otherwise. */
export interface Fault {
  name: string
  /** Null: as it must be. */
  wrong: string | null
}

type Check = (name: string, holds: boolean, instead: unknown) => void

/** The process writes down what it knows, as it does when it dies of an error of Node's own. */
export async function takeReport(service: Service, { folder }: Setup, check: Check): Promise<void> {
  service.signal('SIGWINCH')
  await fact('a diagnostic report on a signal', () => service.output().includes('Node.js report completed'))
  check('diagnostic report', readdirSync(join(folder, 'reports')).length > 0, null)
}

/** Faults that the process lives through. */
export async function disturb(service: Service, setup: Setup, tenant: Planted, check: Check): Promise<void> {
  const { keep, env, folder } = setup
  const backup = join(folder, 'backup.db')
  const taken = await runCommand(['backup', backup], env)
  keep({ place: 'log', what: 'backup', bytes: Buffer.from(taken.stdout + taken.stderr) })
  check('backup beside it', taken.code === 0, taken)
  const again = await runCommand(['backup', backup], env)
  keep({ place: 'log', what: 'backup refused', bytes: Buffer.from(again.stdout + again.stderr) })
  check('backup over a file', again.code === 1, again)

  const second = await setup.refused({})
  check('second process', second.code === 1 && second.output.includes(String(service.pid)), second)

  const heal = await failingDisk(service.pid, ['pwrite64'], 'ENOSPC')
  const full = await submits(service, setup, tenant)
  await heal()
  check('disk full', full === 503, full)
  await fact('submits are taken again', async () => (await submits(service, setup, tenant)) === 202)
}

/** Faults that end the process; each is started again before it. */
export async function breakDown(setup: Setup, tenant: Planted, check: Check): Promise<void> {
  const { texts } = setup
  for (const where of ['uncaught', 'rejected']) {
    const service = await setup.start()
    const ask = createApi(service.url, tenant.tenant, 1)
    await ask.call('GET', '/healthz', { headers: { 'x-bug': `${where} ${texts['what a bug drags along']}` } }).catch(() => null)
    const { code } = await service.exited
    await ask.close()
    check(`${where} in the main thread`, code === 1, code)
  }

  const failing = await setup.start()
  const heal = await failingDisk(failing.pid, ['fsync', 'fdatasync'], 'EIO')
  const answer = await submits(failing, setup, tenant)
  const { code } = await failing.exited
  await heal()
  check('fsync fails', answer !== 202 && code === 1, { answer, code })

  for (const signal of ['SIGABRT', 'SIGKILL', 'SIGTERM'] as const) {
    const service = await setup.start()
    await submits(service, setup, tenant)
    service.signal(signal)
    const exit = await service.exited
    check(signal, signal === 'SIGTERM' ? exit.code === 0 : exit.signal === signal, exit)
  }
}

/** The backup in another folder, under the wrong key and under its own. */
export async function restoreElsewhere(setup: Setup, tenant: Planted, check: Check): Promise<void> {
  const { keep, env, folder, texts } = setup
  const target = { ...env, DATA_DIR: join(folder, 'restored') }
  mkdirSync(target.DATA_DIR)
  for (const [name, MASTER_KEY, expected] of [
    ['restore under a wrong key', texts['refused setting'], 1],
    ['restore', env.MASTER_KEY ?? '', 0],
  ] as const) {
    const { code, stdout, stderr } = await runCommand(['restore', join(folder, 'backup.db')], { ...target, MASTER_KEY })
    keep({ place: 'log', what: name, bytes: Buffer.from(stdout + stderr) })
    check(name, code === expected, { code, stderr })
  }
  const service = await setup.start({ DATA_DIR: target.DATA_DIR })
  const api = createApi(service.url, tenant.tenant, 1)
  const { status, json } = await api.call('GET', '/v1/signing-secret')
  await api.close()
  check('signing secret after the restore', json.secret === tenant.secret, status)
  await service.stop()
  setup.keepFiles('restored')
  rmSync(target.DATA_DIR, { recursive: true })
}

/** The status of a submit, 0 for none. */
async function submits(service: Service, { texts }: Setup, { tenant }: Planted): Promise<number> {
  const api = createApi(service.url, tenant, 1)
  try {
    const job = { type: 'canary.do', payload: { how: 'return', text: texts.result, secret: texts.payload } }
    return (await api.submit(job).catch(() => null))?.status ?? 0
  } finally {
    await api.close()
  }
}

async function fact(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(20)) if (await holds()) return
  throw new Error(`never came true: ${what}`)
}

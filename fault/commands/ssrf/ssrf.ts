/** `npm run fault -- ssrf`: callbacks to where they must not go. In a network namespace, and first on a build without the guard. */
import type { Output } from '../../harness/command.ts'
import { inNamespace, namespaceObstacle } from '../../harness/namespace.ts'
import { failuresOf, type SsrfReport } from './report.ts'

const INSIDE = new URL('./inside.ts', import.meta.url)

export interface SsrfOptions {
  /** Random spellings of forbidden addresses beside the fixed ones. */
  times: number
  seed: number
}

/** @param short only the real build in its production configuration */
export function runSsrf({ times, seed }: SsrfOptions, short = false): Promise<SsrfReport> {
  return inNamespace(INSIDE, [JSON.stringify({ times, seed, short })])
}

/** True when no canary saw a connection of the real build, and every one of them did without the guard. */
export async function ssrf({ times, seed, print, record }: SsrfOptions & Output): Promise<boolean> {
  const obstacle = namespaceObstacle()
  if (obstacle !== null) throw new Error(`there is no network namespace here, run this as root on Linux: ${obstacle}`)
  print(`fixed spellings and ${times} random ones (seed ${seed}), each submitted and sent`)
  const report = await runSsrf({ times, seed })
  const { canaries, groups, connects, proxied, served, timing } = report
  const reached = canaries.count - canaries.unreached.length
  const proxy = canaries.proxyReached ? ', and the proxy by a client that heeds it' : ''
  print(`control: no guard: ${reached} of ${canaries.count} canaries reached${proxy}`)

  print('row           held   what')
  for (const { id, name, cases, faults } of groups) {
    print(`${id.padEnd(12)} ${`${Math.max(0, cases - faults.length)}/${cases}`.padStart(9)}   ${name}`)
  }
  const faults = failuresOf(report)
  for (const fault of faults) print(`BREACH  ${fault}`)
  const connected = connects.reduce((sum, [, count]) => sum + count, 0)
  const cases = groups.reduce((sum, group) => sum + group.cases, 0)
  print(
    `${faults.length === 0 ? 'held' : 'FAILED'}: ${cases} cases; ` +
      `connects seen by ${canaries.count} canaries: ${connected}, by the proxy: ${proxied}; ` +
      `${served} requests served by public receivers; ` +
      `a refusal took longer where somebody listens in ${timing.slower} of ${timing.pairs} pairs`,
  )
  record(
    {
      cases,
      canaries: canaries.count,
      'connections seen by canaries': connected,
      'connections seen by the proxy': proxied,
      'requests served by public receivers': served,
      'refusals that took longer where somebody listens': `${timing.slower} of ${timing.pairs} pairs`,
    },
    { cases: `${cases.toLocaleString('en')} cases, ${canaries.count} canaries`, lost: `${connected} connections` },
  )
  return faults.length === 0
}

/** How soon each page of the dashboard begins to arrive, as an operator with a session asks for it. */
import { ADMIN_KEY } from '../../test/support/service.ts'
import type { Figures } from '../compare.ts'
import { percentiles } from '../compare.ts'

/** Every page with a list or a figure that could grow with the database. */
export const PAGES = [
  '/dashboard',
  '/dashboard/jobs',
  '/dashboard/jobs?status=failed',
  '/dashboard/deliveries',
  '/dashboard/deliveries?status=dead',
  '/dashboard/destinations',
  '/dashboard/job-types',
  '/dashboard/endpoints',
  '/dashboard/events',
  '/dashboard/access',
]
const TIMES = 20

/** The session of a new login, as a cookie. */
export async function openSession(url: string): Promise<string> {
  const body = new URLSearchParams({ key: ADMIN_KEY })
  const answer = await fetch(`${url}/dashboard/login`, { method: 'POST', body, headers: { origin: url }, redirect: 'manual' })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0]
  if (cookie === undefined) throw new Error(`the login was answered ${answer.status}: ${await answer.text()}`)
  return cookie
}

/** The time to the first byte of one page, asked again and again. */
export async function measurePage(url: string, path: string, cookie: string): Promise<Figures> {
  const times: number[] = []
  for (let n = 0; n < TIMES; n += 1) {
    const askedAt = performance.now()
    const answer = await fetch(`${url}${path}`, { headers: { cookie } })
    times.push(performance.now() - askedAt)
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  const sum = times.reduce((total, ms) => total + ms, 0)
  return { perSecond: (TIMES * 1000) / sum, cpuMicroseconds: null, ...percentiles(times) }
}

/**
 * A bug in every route, met by requests with the header `x-bug`: the error drags the request along, as errors of libraries do.
 * With the words `uncaught` or `rejected` it arises where nobody waits for it. Loaded before the program.
 */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { rewrite } from '../../harness/rewrite-source.ts'

function meetBug({ req }: Context): void {
  failFor(req.url, req.header())
}

function meetBugOfSocket({ url, headers }: IncomingMessage): void {
  failFor(url ?? '', headers)
}

function failFor(url: string, headers: Readonly<Record<string, unknown>>): void {
  const bug = headers['x-bug']
  if (typeof bug !== 'string') return
  const request = { input: url, headers, bug }
  const cause = Object.assign(new Error('other side closed'), { request })
  const error = Object.assign(new TypeError('Invalid URL', { cause }), { code: 'ERR_INVALID_URL', ...request })
  if (bug.startsWith('uncaught')) {
    setImmediate(() => {
      throw error
    })
  }
  if (bug.startsWith('rejected')) setImmediate(() => void Promise.resolve(bug).then(JSON.parse))
  throw error
}

Object.assign(globalThis, { meetBug, meetBugOfSocket })
const ROUTE = 'response = await route.handle('
rewrite('http/kit/mount.ts', ROUTE, `meetBug(call); ${ROUTE}`)
const SOCKET = 'const caller = await judge(request, headers)'
rewrite('http/live/upgrade.ts', SOCKET, `${SOCKET}\n meetBugOfSocket(request)`)
const PAGE = 'const page = await route.handle('
rewrite('http/dashboard/dashboard.ts', PAGE, `meetBug(call); ${PAGE}`)
const DOOR = 'return handle(door, '
rewrite('http/dashboard/dashboard.ts', DOOR, `meetBug(call); ${DOOR}`)
const LIVE = 'async () => live.open('
rewrite('http/dashboard/dashboard.ts', LIVE, `async () => meetBug(call) ?? live.open(`)

/**
 * A bug in every route, met by requests with the header `x-bug`: the error drags the request along, as errors of libraries do.
 * With the words `uncaught` or `rejected` it arises where nobody waits for it. Loaded before the program.
 */
import type { Context } from 'hono'
import { rewrite } from '../../harness/rewrite-source.ts'

function meetBug({ req }: Context): void {
  const bug = req.header('x-bug')
  if (bug === undefined) return
  const request = { input: req.url, headers: req.header(), bug }
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

Object.assign(globalThis, { meetBug })
const HANDLE = 'response = await route.handle('
rewrite('http/kit/mount.ts', HANDLE, `meetBug(call); ${HANDLE}`)

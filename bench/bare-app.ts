/** What the bare servers have in common: a hono app that checks a key as Ringback does, and listens on a spare loopback port. */
import { hash, timingSafeEqual } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

/** An app without routes. Requests without the key are answered 401. */
export function createBareApp(key: string): Hono {
  const keyHash = hash('sha256', key, 'buffer')
  const app = new Hono()
  app.use(async (c, next) => {
    const [, sent] = (c.req.header('authorization') ?? '').split(' ')
    if (!timingSafeEqual(hash('sha256', sent ?? '', 'buffer'), keyHash)) return c.json({ code: 'unauthorized' }, 401)
    return next()
  })
  return app
}

/** Resolves with the port when it listens. */
export function listen(app: Hono): Promise<{ port: number }> {
  return new Promise((resolve) => serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve({ port })))
}

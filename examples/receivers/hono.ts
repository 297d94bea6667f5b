/** A receiver on Hono: `WEBHOOK_SECRET=whsec_… node examples/receivers/hono.ts`. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { VerificationError, verify } from 'ringback/verify'
import { handleOnce, MAX_BODY } from './events.ts'

const secret = process.env.WEBHOOK_SECRET ?? ''
const app = new Hono()

app.post('/', bodyLimit({ maxSize: MAX_BODY }), async (context) => {
  const event = await verify(await context.req.arrayBuffer(), context.req.raw.headers, secret)
  handleOnce(context.req.header('webhook-id') ?? '', event)
  return context.body(null, 204)
})

app.onError((error, context) => {
  if (error instanceof VerificationError) return context.body(null, 401)
  console.error(error)
  return context.body(null, 500)
})

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 4000), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`receiver listening on http://127.0.0.1:${port}`)
})

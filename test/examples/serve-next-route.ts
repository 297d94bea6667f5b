/** Serves the route handler of the recipe for Next as that does: one request in, one response out. */
import { serve } from '@hono/node-server'
import { POST } from '../../examples/receivers/next-route.ts'

serve({ fetch: POST, port: Number(process.env.PORT), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`receiver listening on http://127.0.0.1:${port}`)
})

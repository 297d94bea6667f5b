/** A receiver on Express: `WEBHOOK_SECRET=whsec_… node examples/receivers/express.ts`. */
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { VerificationError, verify } from 'ringback/verify'
import { handleOnce, MAX_BODY } from './events.ts'

const secret = process.env.WEBHOOK_SECRET ?? ''
const app = express()

// `express.raw` on this route, and no `express.json` before it: what was parsed and written again has another signature.
app.post('/', express.raw({ type: 'application/json', limit: MAX_BODY }), async (request, response) => {
  const event = await verify(request.body, request.headers, secret)
  handleOnce(String(request.headers['webhook-id']), event)
  response.sendStatus(204)
})

const refuse: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof VerificationError) response.sendStatus(401)
  else next(error)
}
app.use(refuse)

const server = app.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`receiver listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

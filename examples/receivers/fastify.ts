/** A receiver on Fastify: `WEBHOOK_SECRET=whsec_… node examples/receivers/fastify.ts`. */
import Fastify from 'fastify'
import { VerificationError, verify } from 'ringback/verify'
import { handleOnce, MAX_BODY } from './events.ts'

const secret = process.env.WEBHOOK_SECRET ?? ''
const app = Fastify({ bodyLimit: MAX_BODY })

// In a plugin of its own, so that the other routes of the application still get parsed bodies.
app.register((hooks, _options, done) => {
  hooks.removeContentTypeParser('application/json')
  hooks.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)

  hooks.post<{ Body: Buffer }>('/', async (request, reply) => {
    const event = await verify(request.body, request.headers, secret)
    handleOnce(String(request.headers['webhook-id']), event)
    return reply.code(204).send()
  })

  hooks.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof VerificationError)) throw error
    return reply.code(401).send()
  })
  done()
})

const address = await app.listen({ port: Number(process.env.PORT ?? 4000), host: '127.0.0.1' })
console.log(`receiver listening on ${address}`)

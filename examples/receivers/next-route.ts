/** A receiver as a route handler of Next: `app/hooks/route.ts` of an application that has WEBHOOK_SECRET in its environment. */
import { VerificationError, verify } from 'ringback/verify'
import { handleOnce, MAX_BODY } from './events.ts'

/** Takes a callback. */
export async function POST(request: Request): Promise<Response> {
  if (Number(request.headers.get('content-length')) > MAX_BODY) return new Response(null, { status: 413 })
  try {
    // Not `request.json()`: what was parsed and written again has another signature.
    const event = await verify(await request.arrayBuffer(), request.headers, process.env.WEBHOOK_SECRET ?? '')
    handleOnce(request.headers.get('webhook-id') ?? '', event)
    return new Response(null, { status: 204 })
  } catch (error) {
    if (error instanceof VerificationError) return new Response(null, { status: 401 })
    throw error
  }
}

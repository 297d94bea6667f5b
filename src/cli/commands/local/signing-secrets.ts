import type { SigningSecret } from '../../../client/documents/endpoint.ts'
import { ask } from '../../call/ask.ts'
import type { Invocation } from '../../call/command.ts'
import { readSecrets } from '../../call/values.ts'

/** The secrets of `--secret`, else those that the service signs with now. */
export async function signingSecrets(call: Pick<Invocation, 'client' | 'signal' | 'world' | 'given'>): Promise<string[]> {
  if (call.given.has('secret')) return readSecrets(call.world.stdin, call.given.texts('secret'))
  const { document } = await ask<SigningSecret>(call, { method: 'GET', path: '/v1/signing-secret' })
  return [document.secret, document.previous].filter((secret) => secret !== null)
}

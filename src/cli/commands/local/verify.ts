import { verify } from '../../../client/verify.ts'
import type { CommandSpec } from '../../call/command.ts'
import { integer, readInput } from '../../call/values.ts'
import { oneLine } from '../../output/escape.ts'
import { UsageError } from '../../world/ends.ts'
import { signingSecrets } from './signing-secrets.ts'

const TOLERANCE_SECONDS = 300

/** `ringback verify [FILE]` */
export const verifyCommand: CommandSpec = {
  path: 'verify',
  args: ['[FILE]'],
  about: 'check the signature of a callback’s body, from a file or standard input',
  options: [
    { flags: '--id <ID>', about: 'its webhook-id' },
    { flags: '--timestamp <SECONDS>', about: 'its webhook-timestamp' },
    { flags: '--signature <SIGNATURES>', about: 'its webhook-signature' },
    { flags: '-H, --header <HEADER>', about: 'one of these three as `name: value`', parse: header, repeats: true },
    { flags: '--secret <SECRET|@FILE>', about: 'whsec_…, several while one replaces the other; the service’s when absent', repeats: true },
    { flags: '--tolerance <SECONDS>', about: 'how old it may be, 300 when absent', parse: integer(0, Number.MAX_SAFE_INTEGER) },
  ],
  more: 'Exits with 1 for a body that is not to be trusted, and says which check failed.',
  async run(call) {
    const { given, args, world, out } = call
    const headers = {
      ...Object.fromEntries(given.texts('header').map((text) => headerIn(text))),
      ...present({
        'webhook-id': given.text('id'),
        'webhook-timestamp': given.text('timestamp'),
        'webhook-signature': given.text('signature'),
      }),
    }
    const secrets = await signingSecrets(call)
    const body = await readInput(world.stdin, args[0] ?? '-')
    const event = await verify(body, headers, secrets, { toleranceSeconds: given.number('tolerance') ?? TOLERANCE_SECONDS })
    await out.result(out.json ? new TextDecoder().decode(body).trim() : event, () =>
      oneLine(`verified: ${event.type} ${headers['webhook-id']}`),
    )
    return undefined
  },
}

function header(text: string, flag: string): string {
  if (/^[\w-]+:/.test(text)) return text
  throw new UsageError(`${flag} takes 'name: value'`)
}

function headerIn(text: string): [name: string, value: string] {
  const colon = text.indexOf(':')
  return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()]
}

function present(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

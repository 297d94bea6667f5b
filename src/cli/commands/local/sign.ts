import { randomBytes } from 'node:crypto'
import { sign } from '../../../client/sign.ts'
import type { CommandSpec } from '../../call/command.ts'
import { integer, readInput } from '../../call/values.ts'
import { UsageError } from '../../world/ends.ts'
import { signingSecrets } from './signing-secrets.ts'

/** `ringback sign [FILE]` */
export const signCommand: CommandSpec = {
  path: 'sign',
  args: ['[FILE]'],
  about: 'print the three headers that a body would be sent with, from a file or standard input',
  options: [
    { flags: '--id <ID>', about: 'the webhook-id; made when absent' },
    { flags: '--timestamp <SECONDS>', about: 'since 1970; now when absent', parse: integer(0, 1e12) },
    { flags: '--secret <SECRET|@FILE>', about: 'whsec_…, several sign together; the service’s when absent', repeats: true },
  ],
  async run(call) {
    const { given, args, world, out } = call
    const secrets = await signingSecrets(call)
    const body = await readInput(world.stdin, args[0] ?? '-')
    const id = given.text('id') ?? `msg_${randomBytes(12).toString('hex')}`
    const timestamp = given.number('timestamp') ?? Math.floor(world.time.now() / 1000)
    const headers = await sign({ id, timestamp, body }, secrets).catch((error) => {
      throw error instanceof RangeError ? new UsageError(error.message) : error
    })
    await out.result(headers, () =>
      Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    )
    return undefined
  },
}

import { ask } from '../../call/ask.ts'
import type { CommandSpec, Invocation } from '../../call/command.ts'
import { readText } from '../../call/values.ts'
import { writeProfile } from '../../profile/profile-file.ts'
import { checkUrl, DEFAULT_PROFILE, DEFAULT_URL } from '../../profile/service.ts'
import { UsageError } from '../../world/ends.ts'

/** `ringback login`: a key is stored only when the service takes it. */
export const loginCommand: CommandSpec = {
  path: 'login',
  about: 'keep a service’s URL and a key in the profile file, readable by its owner alone',
  options: [
    { flags: '--url <URL>', about: `the service; RINGBACK_URL when absent, else ${DEFAULT_URL}` },
    { flags: '--key <KEY|@FILE|->', about: 'the key; RINGBACK_API_KEY when absent. @FILE and - keep it out of the list of processes' },
  ],
  async run(call) {
    const { given, world, out, signal } = call
    const url = checkUrl(await urlOf(call), '--url')
    const key = await keyOf(call)
    const client = () => call.client({ url, key, keyFrom: '--key' })
    await ask({ client, signal, world }, { method: 'GET', path: '/v1/job-types', query: { limit: 1 } })
    const profile = given.text('profile') ?? DEFAULT_PROFILE
    const file = writeProfile(world, profile, { url, key })
    await out.result({ url, profile, file }, () => file)
    if (!out.json) await out.words(`The key is good at ${url}.`)
    return undefined
  },
}

async function urlOf({ given, world, signal }: Invocation): Promise<string> {
  const known = given.text('url') ?? (world.env.RINGBACK_URL || undefined)
  if (known !== undefined) return known
  if (!hasPerson(world) || given.has('key')) return DEFAULT_URL
  const answer = await world.stdin.ask(`URL of the service [${DEFAULT_URL}]: `, { hidden: false, signal })
  return answer.trim() || DEFAULT_URL
}

async function keyOf({ given, world, signal }: Invocation): Promise<string> {
  const text = given.text('key')
  if (text !== undefined) return checkKey(await readText(world.stdin, text, '--key'))
  if (world.env.RINGBACK_API_KEY) return world.env.RINGBACK_API_KEY
  if (!hasPerson(world)) throw new UsageError('without a terminal login needs --key - with the key on standard input, or RINGBACK_API_KEY')
  return checkKey(await world.stdin.ask('API key (not shown): ', { hidden: true, signal }))
}

function checkKey(text: string): string {
  const key = text.trim()
  if (/^[!-~]+$/.test(key)) return key
  throw new UsageError('a key is printable characters without spaces')
}

function hasPerson({ stdin, stderr }: Invocation['world']): boolean {
  return stdin.isTerminal && stderr.isTerminal
}

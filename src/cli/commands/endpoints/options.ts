/** Flags that say what an endpoint is made of. */
import type { Given, OptionSpec } from '../../call/command.ts'
import { pair, pairsOf } from '../../call/values.ts'

const EVENTS = [
  'only these: job.completed, job.failed, job.canceled, group.completed, endpoint.disabled,',
  'delivery.dead, destination.failing, destination.recovered, job.stuck',
].join(' ')

/** Flags of `create` and `update`. */
export const ENDPOINT_OPTIONS: readonly OptionSpec[] = [
  { flags: '--event <EVENT>', about: EVENTS, repeats: true },
  { flags: '--description <TEXT>', about: 'words for people' },
  { flags: '--header <NAME=VALUE>', about: 'sent with every attempt', parse: pair, repeats: true },
]

/** The members of the request that were given. */
export function endpointMembers(given: Given): object {
  const events = given.texts('event')
  const headers = pairsOf(given.texts('header'))
  const description = given.text('description')
  return {
    ...(events.length === 0 ? {} : { events }),
    ...(description === undefined ? {} : { description }),
    ...(headers === undefined ? {} : { headers }),
  }
}

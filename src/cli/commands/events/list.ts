import type { FeedEvent } from '../../../client/documents/event.ts'
import type { CommandSpec, OptionSpec } from '../../call/command.ts'
import { PAGE_OPTIONS, printPage, queryOf, TENANT_OPTION } from '../../call/list.ts'
import { subjectOf } from './feed.ts'

const OPTIONS: readonly OptionSpec[] = [
  { flags: '--after <ID>', about: 'behind this event, or latest; from the oldest kept when absent' },
  { flags: '--types <TYPES>', about: 'only of these types, a comma list' },
  ...PAGE_OPTIONS.filter(({ flags }) => flags.startsWith('--limit')),
  TENANT_OPTION,
]

/** `ringback events list` */
export const listEventsCommand: CommandSpec = {
  path: 'events list',
  about: 'list events, oldest first',
  options: OPTIONS,
  async run(call) {
    await printPage<FeedEvent>(call, {
      path: '/v1/events',
      query: queryOf(call.given, OPTIONS),
      parameter: 'after',
      columns: {
        id: (one) => one.id,
        type: (one) => one.type,
        at: (one) => one.timestamp,
        about: (one) => subjectOf(one.job_id, one.data),
      },
    })
    return undefined
  },
}

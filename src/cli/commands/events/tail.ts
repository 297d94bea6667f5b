import type { CommandSpec } from '../../call/command.ts'
import { TENANT_OPTION } from '../../call/list.ts'
import { shown } from '../../output/table.ts'
import { feedItem, followFeed, placeOf, subjectOf, typesIn } from './feed.ts'

/** `ringback events tail` */
export const tailCommand: CommandSpec = {
  path: 'events tail',
  about: 'print each event as it comes, until Ctrl-C',
  options: [
    { flags: '--after <ID>', about: 'first those behind this event; from now on when absent' },
    { flags: '--types <TYPES...>', about: 'only of these types', repeats: true },
    TENANT_OPTION,
  ],
  async run(call) {
    const { out, given } = call
    const choice = { after: given.text('after') ?? 'latest', types: typesIn(given.texts('types')), tenant: given.text('tenant') }
    const after = await placeOf(call, choice)
    for await (const event of followFeed(call, { ...choice, after })) {
      await out.result(feedItem(event), () => {
        const { timestamp, data }: { timestamp: string; data: { id?: string; type?: string } } = JSON.parse(event.body)
        return [timestamp, event.type, event.id, subjectOf(event.job_id, data), data.type].map(shown).join('  ').trimEnd()
      })
    }
    return undefined
  },
}

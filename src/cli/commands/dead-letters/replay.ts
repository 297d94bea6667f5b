import type { ReplayedDeadLetters } from '../../../client/documents/delivery.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec, Invocation } from '../../call/command.ts'
import { DELIVERY_FILTER, DELIVERY_QUERY } from '../../call/delivery-filter.ts'
import { queryOf } from '../../call/list.ts'
import { EXIT, UsageError } from '../../world/ends.ts'
import { countDeadLetters, groupsTable, totalOf } from './preview.ts'

/** `ringback dead-letters replay`: what would move is shown before it does. */
export const replayCommand: CommandSpec = {
  path: 'dead-letters replay',
  about: 'send all that fit again, each once; without a filter all of them',
  options: [
    ...DELIVERY_QUERY,
    { flags: '--dry-run', about: 'only count what would be sent, by destination and reason' },
    { flags: '--yes', about: 'do not ask; needed where there is no terminal' },
  ],
  async run(call) {
    const { out, given } = call
    if (given.has('dry-run')) {
      const { text, document } = await countDeadLetters(call)
      await out.result(text, () => (document.data.length === 0 ? 'nothing would be sent' : groupsTable(document, call)))
      if (!out.json) await out.words(`${totalOf(document)} would be sent again`)
      return undefined
    }
    if (!given.has('yes') && !(await isConfirmed(call))) {
      await out.words('Nothing was sent.')
      return EXIT.failed
    }
    const replayed = await replayAll(call)
    await out.result({ replayed, has_more: false }, () => `${replayed} are sent again`)
    return undefined
  },
}

async function isConfirmed(call: Invocation): Promise<boolean> {
  const { world, out, signal } = call
  if (!world.stdin.isTerminal || !world.stderr.isTerminal) {
    throw new UsageError('without a terminal dead-letters replay needs --yes, or --dry-run to see what it would send')
  }
  const { document } = await countDeadLetters(call)
  if (document.data.length > 0) await out.words(groupsTable(document, call))
  const answer = await world.stdin.ask(`Send ${totalOf(document)} again? [y/N] `, { hidden: false, signal })
  return /^y(?:es)?$/i.test(answer.trim())
}

/** The service moves a bounded number in a call. */
async function replayAll(call: Invocation): Promise<number> {
  const filter = queryOf(call.given, DELIVERY_FILTER)
  const body = JSON.stringify({ filter: Object.keys(filter).length === 0 ? { all: true } : filter })
  for (let replayed = 0; ; ) {
    const query = { tenant: call.given.text('tenant') }
    const { document } = await ask<ReplayedDeadLetters>(call, { method: 'POST', path: '/v1/dead-letters/replay', query, body })
    replayed += document.replayed
    if (!document.has_more || document.replayed === 0) return replayed
    await call.out.words(`${replayed} so far`)
  }
}

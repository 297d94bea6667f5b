import type { ReplayedDeadLetters, ReplayPreview } from '../../../client/documents/delivery.ts'
import type { CommandSpec, Invocation } from '../../call/command.ts'
import { DELIVERY_QUERY } from '../../call/delivery-filter.ts'
import { EXIT, UsageError } from '../../world/ends.ts'
import { askReplay, previewReplay, previewTable } from './preview.ts'

/** `ringback dead-letters replay`: moves what was shown, and nothing that died since. */
export const replayCommand: CommandSpec = {
  path: 'dead-letters replay',
  about: 'send all that fit again, each once; without a filter all of them',
  options: [
    ...DELIVERY_QUERY,
    { flags: '--dry-run', about: 'only count what would be sent, by destination and reason' },
    { flags: '--yes', about: 'do not ask; needed where there is no terminal' },
  ],
  async run(call) {
    const { out, given, world } = call
    const hasPerson = world.stdin.isTerminal && world.stderr.isTerminal
    if (!given.has('dry-run') && !given.has('yes') && !hasPerson) {
      throw new UsageError('without a terminal dead-letters replay needs --yes, or --dry-run to see what it would send')
    }
    const { text, document } = await previewReplay(call)
    const { would_replay: count } = document
    if (given.has('dry-run')) {
      if (out.json || count > 0) await out.result(text, () => previewTable(document, call))
      if (!out.json) await out.words(`${count} would be sent again`)
      return undefined
    }
    if (count > 0 && !given.has('yes') && !(await isConfirmed(call, document))) {
      await out.words('Nothing was sent.')
      return EXIT.failed
    }
    const { replayed, skipped } = await replayAll(call, document)
    await out.result({ replayed, skipped, has_more: false }, () => `${replayed} are sent again`)
    if (!out.json && skipped > 0) await out.words(`${skipped} were left: somebody else was first, or their endpoint is disabled`)
    return undefined
  },
}

async function isConfirmed(call: Invocation, preview: ReplayPreview): Promise<boolean> {
  const { world, out, signal } = call
  await out.words(previewTable(preview, call))
  const answer = await world.stdin.ask(`Send ${preview.would_replay} again? [y/N] `, { hidden: false, signal })
  return /^y(?:es)?$/i.test(answer.trim())
}

/**
 * The service moves a bounded number in a call. What dies again meanwhile has died after `as_of`: it is not sent a second time, and the
 * calls come to an end.
 */
async function replayAll(call: Invocation, preview: ReplayPreview): Promise<Pick<ReplayedDeadLetters, 'replayed' | 'skipped'>> {
  const { would_replay: expected, as_of } = preview
  let replayed = 0
  let skipped = 0
  while (replayed < expected) {
    const { document } = await askReplay<ReplayedDeadLetters>(call, { as_of, expect: expected - replayed })
    replayed += document.replayed
    // Each call meets those again that are not to be moved.
    skipped = document.skipped
    if (!document.has_more || document.replayed === 0) break
    await call.out.words(`${replayed} so far`)
  }
  return { replayed, skipped }
}

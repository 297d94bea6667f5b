import type { CommandSpec } from '../../call/command.ts'
import { seconds } from '../../call/values.ts'
import { endWords } from './end-words.ts'
import { exitOf, follow } from './follow.ts'

/** `ringback jobs wait ID` */
export const waitCommand: CommandSpec = {
  path: 'jobs wait',
  args: ['<ID>'],
  about: 'show a job’s progress until it ends, then its status',
  options: [{ flags: '--timeout <SECONDS>', about: 'give up then, with exit code 6; the job goes on', parse: seconds }],
  more: 'The exit code tells the end: 0 completed, 3 failed, 6 still going on, 7 canceled.',
  async run(call) {
    const { out, args, given } = call
    const { text, document } = await follow(call, args[0] ?? '', (given.number('timeout') ?? Number.POSITIVE_INFINITY) * 1000)
    await out.result(text, () => document.status)
    if (!out.json && document.status !== 'completed') await out.words(endWords(document))
    return exitOf(document)
  },
}

import type { JobEventType } from '../../../client/documents/event.ts'
import { RawJson } from '../../../client/jobs/submit.ts'
import { persistently } from '../../../client/transport/patience.ts'
import type { CommandSpec, Invocation } from '../../call/command.ts'
import { integer, oneOf, pair, pairsOf, readText, seconds } from '../../call/values.ts'
import { UsageError } from '../../world/ends.ts'
import { endWords } from './end-words.ts'
import { BUDGET_MS, exitOf, follow, readJob } from './follow.ts'
import { printResult } from './print-result.ts'

/** `ringback jobs submit TYPE` */
export const submitCommand: CommandSpec = {
  path: 'jobs submit',
  args: ['<TYPE>'],
  about: 'submit a job, and print its id',
  options: [
    { flags: '--payload <JSON|@FILE|->', about: 'JSON, a file with it, or - for standard input; sent byte for byte' },
    { flags: '--callback-url <URL>', about: 'where the callback goes' },
    {
      flags: '--callback-event <EVENT>',
      about: 'only this end is called back: job.completed, job.failed, job.canceled',
      parse: oneOf('job.completed', 'job.failed', 'job.canceled'),
      repeats: true,
    },
    { flags: '--callback-header <NAME=VALUE>', about: 'a header of the callback', parse: pair, repeats: true },
    { flags: '--idempotency-key <KEY>', about: 'the same key with the same job is the same job' },
    { flags: '--run-at <TIME>', about: 'not before: RFC 3339' },
    { flags: '--priority <N>', about: 'from -100 to 100, higher runs first', parse: integer(-100, 100) },
    { flags: '--timeout <SECONDS>', about: 'of one run', parse: integer(1, Number.MAX_SAFE_INTEGER) },
    { flags: '--max-attempts <N>', about: 'runs at most', parse: integer(1, Number.MAX_SAFE_INTEGER) },
    { flags: '--tag <TAG>', about: 'a word to find it by', repeats: true },
    { flags: '--metadata <KEY=VALUE>', about: 'kept with the job', parse: pair, repeats: true },
    { flags: '--group <NAME>', about: 'jobs of one name are counted together' },
    { flags: '--wait [SECONDS]', about: 'show its progress until it ends or the time is up, then its result', parse: waitSeconds },
  ],
  more: 'With --wait the exit code tells the end: 0 completed, 3 failed, 6 still going on, 7 canceled.',
  async run(call) {
    const { out, given, world, signal } = call
    const handle = await submit(call)
    if (!given.has('wait')) {
      // A job that was submitted before may have ended: its result is printed as the service wrote it.
      const { document } = handle
      const text = out.json && document.result !== null ? (await readJob(call, handle.id)).text : document
      await out.result(text, () => handle.id)
      return
    }
    if (!out.json) await out.result('', () => handle.id)
    const { text, document } = await follow(call, handle.id, (given.number('wait') ?? Number.POSITIVE_INFINITY) * 1000)
    if (out.json) await out.result(text, () => '')
    else if (document.status === 'completed') {
      // Refused before the first byte is printed.
      await persistently(world.time, { budgetMs: BUDGET_MS, signal }, () => printResult(call, handle.id))
      // Below the id the result is a line as well; `jobs result` gives the bytes alone.
      if (!world.stdout.isTerminal) await world.stdout.write('\n')
    } else await out.words(endWords(document))
    return exitOf(document)
  },
}

async function submit(call: Invocation) {
  const { args, given, world } = call
  const url = given.text('callback-url')
  const events = given.texts('callback-event') as readonly JobEventType[]
  const headers = pairsOf(given.texts('callback-header'))
  const isShort = events.length === 0 && headers === undefined
  if (url === undefined && !isShort) throw new UsageError('--callback-event and --callback-header need --callback-url')
  const callback = url === undefined || isShort ? undefined : { url, ...(events.length === 0 ? {} : { events }), headers }
  const tags = given.texts('tag')
  return call.client().jobs.submit(args[0] ?? '', await payloadOf(given.text('payload'), world.stdin), {
    budgetMs: BUDGET_MS,
    signal: call.signal,
    idempotencyKey: given.text('idempotency-key'),
    callback_url: isShort ? url : undefined,
    ...(callback === undefined ? {} : { callback }),
    run_at: given.text('run-at'),
    priority: given.number('priority'),
    timeout_seconds: given.number('timeout'),
    max_attempts: given.number('max-attempts'),
    tags: tags.length === 0 ? undefined : tags,
    metadata: pairsOf(given.texts('metadata')),
    group: given.text('group'),
  })
}

async function payloadOf(text: string | undefined, stdin: Invocation['world']['stdin']): Promise<RawJson | undefined> {
  if (text === undefined) return undefined
  const json = await readText(stdin, text, '--payload')
  try {
    return new RawJson(json)
  } catch (error) {
    throw new UsageError(`--payload is no JSON: ${error instanceof Error ? error.message : error}`)
  }
}

/** `--wait` alone has no limit. */
function waitSeconds(text: string, flag: string): number {
  return text === '' ? Number.POSITIVE_INFINITY : seconds(text, flag)
}

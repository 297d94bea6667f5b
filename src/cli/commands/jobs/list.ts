import type { JobDocument } from '../../../client/documents/job.ts'
import type { CommandSpec, OptionSpec } from '../../call/command.ts'
import { PAGE_OPTIONS, printPage, queryOf, TENANT_OPTION } from '../../call/list.ts'
import { oneOf } from '../../call/values.ts'

const OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--status <STATUS>',
    about: 'pending, running, completed, failed or canceled',
    parse: oneOf('pending', 'running', 'completed', 'failed', 'canceled'),
  },
  { flags: '--type <TYPE>', about: 'of this type' },
  { flags: '--tag <TAG>', about: 'with this tag' },
  { flags: '--error-code <CODE>', about: 'whose last failure has this code' },
  { flags: '--overdue <true|false>', about: 'whether they are overdue now', parse: oneOf('true', 'false') },
  { flags: '--started-before <TIME>', about: 'whose first run began before' },
  { flags: '--created-after <TIME>', about: 'submitted after' },
  { flags: '--created-before <TIME>', about: 'submitted before' },
  ...PAGE_OPTIONS,
  TENANT_OPTION,
]

/** `ringback jobs list` */
export const listCommand: CommandSpec = {
  path: 'jobs list',
  about: 'list jobs, newest first',
  options: OPTIONS,
  async run(call) {
    await printPage<JobDocument>(call, {
      path: '/v1/jobs',
      query: queryOf(call.given, OPTIONS),
      columns: {
        id: (job) => job.id,
        status: (job) => job.status,
        type: (job) => job.type,
        attempt: (job) => job.attempt,
        created: (job) => job.created_at,
        error: (job) => job.error?.code,
      },
    })
    return undefined
  },
}

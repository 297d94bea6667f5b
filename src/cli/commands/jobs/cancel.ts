import type { JobDocument } from '../../../client/documents/job.ts'
import { jobPath } from '../../../client/jobs/job-state.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'

/** `ringback jobs cancel ID`: 0 also when its handler must stop first. */
export const cancelCommand: CommandSpec = {
  path: 'jobs cancel',
  args: ['<ID>'],
  about: 'cancel a job',
  async run(call) {
    const [id = ''] = call.args
    const { text, document } = await ask<JobDocument>(call, { method: 'POST', path: `${jobPath(id)}/cancel` })
    await call.out.result(text, () => (document.status === 'canceled' ? 'canceled' : 'cancel requested: its handler stops first'))
    return undefined
  },
}

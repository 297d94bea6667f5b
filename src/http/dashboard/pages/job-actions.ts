/** POST /dashboard/jobs/:id/cancel · POST /dashboard/jobs/:id/rerun */
import { cancelJob } from '../../../lifecycle/jobs/cancel-job.ts'
import { rerunJob } from '../../../lifecycle/jobs/rerun-job.ts'
import { idOf, type PageRoute } from './page.ts'

const cancel: PageRoute = {
  method: 'post',
  path: '/dashboard/jobs/:id/cancel',
  right: 'jobs:write',
  action: 'job.cancel',
  async handle(call) {
    const id = idOf(call, 'job')
    await cancelJob(call.context, call.viewer.writer, id)
    return { goTo: `/dashboard/jobs/${id}?done=canceled` }
  },
}

const rerun: PageRoute = {
  method: 'post',
  path: '/dashboard/jobs/:id/rerun',
  right: 'jobs:write',
  action: 'job.rerun',
  async handle(call) {
    const { context, viewer, submitLimit } = call
    const { view } = await rerunJob(context, viewer.writer, idOf(call, 'job'), {
      ...{ idempotency: null, traceparent: null },
      admit: ({ id, limits }) => submitLimit({ tenantId: id, limits }, {}),
    })
    return { goTo: `/dashboard/jobs/${view.job.id}?done=rerun` }
  },
}

/** What is done to one job. */
export const jobActions = [cancel, rerun]

/** GET /dashboard/job-types · POST /dashboard/job-types/:type/pause · POST /dashboard/job-types/:type/resume */
import { isPaused } from '../../../domain/pause.ts'
import { pauseJobType } from '../../../lifecycle/jobs/pause-job-type.ts'
import { resumeJobType } from '../../../lifecycle/jobs/resume-job-type.ts'
import { action, byCurl } from '../components/actions.ts'
import { duration, link, moment, table } from '../components/facts.ts'
import { withQuery } from '../components/filters.ts'
import { html } from '../components/html.ts'
import { notice } from './notices.ts'
import { may, type PageCall, type PageRoute } from './page.ts'

const PATH = '/dashboard/job-types'

const list: PageRoute = {
  method: 'get',
  path: PATH,
  right: 'jobs:read',
  async handle(call) {
    const { context, query } = call
    const { timeoutMs, maxAttempts } = context.settings.job
    const now = context.clock.now()
    const pauses = (await context.store.jobTypePauses.all()).filter((pause) => isPaused(pause, now))
    const types = [...context.executor.types.values()].sort((a, b) => (a.type < b.type ? -1 : 1))
    const rows = types.map((one) => {
      const pause = pauses.find(({ type }) => type === one.type) ?? null
      const to = `${PATH}/${encodeURIComponent(one.type)}/${pause === null ? 'pause' : 'resume'}`
      return [
        link(withQuery('/dashboard/jobs', { type: one.type }), one.type),
        duration(one.timeoutMs ?? timeoutMs),
        one.maxAttempts ?? maxAttempts,
        one.concurrency,
        one.steps.join(', '),
        moment(pause?.pausedUntil),
        ...(may(call, 'operator:write') ? [action({ to, label: pause === null ? 'Pause' : 'Resume' })] : []),
      ]
    })
    const heads = ['Type', 'Time-out', 'Attempts', 'At a time', 'Steps', 'Paused until', ...(may(call, 'operator:write') ? ['Action'] : [])]
    const body = html`${notice(query.done)}
${table('Job types', heads, rows, 'No job type is loaded.')}
${byCurl(context.settings.publicUrl(), [
  { what: 'This list', path: '/v1/job-types' },
  { what: 'Pause', method: 'POST', path: '/v1/job-types/TYPE/pause' },
  { what: 'Resume', method: 'POST', path: '/v1/job-types/TYPE/resume' },
])}`
    return { title: 'Job types', body, live: ['job_type'] }
  },
}

const pause = pauseRoute('pause', 'paused', pauseJobType)
const resume = pauseRoute('resume', 'resumed', resumeJobType)

/** The pages of job types. */
export const jobTypePages = [list, pause, resume]

function pauseRoute(verb: string, done: string, run: (context: PageCall['context'], type: string) => Promise<unknown>): PageRoute {
  return {
    method: 'post',
    path: `${PATH}/:type/${verb}`,
    right: 'operator:write',
    action: `job_type.${verb}`,
    async handle({ context, params }) {
      await run(context, params.type ?? '')
      return { goTo: `${PATH}?done=${done}` }
    },
  }
}

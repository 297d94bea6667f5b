/** Whole requests of `POST /v1/jobs`, one for each form it has: each is taken as it stands. */
import type { FirstJob } from '../../lifecycle/jobs/first-job.ts'

/** RFC 2606: a name that nobody owns. */
const HOOK = 'https://partner.example/hooks'

/** Examples of an OpenAPI media type. The first is what API pages send when nobody writes one. */
export function submitExamples(job: FirstJob) {
  return {
    plain: { summary: 'To be polled', value: { ...job } },
    callback_url: { summary: 'Its end is POSTed to a URL', value: { ...job, callback_url: HOOK } },
    callback: {
      summary: 'Only some ends, with headers of your own',
      value: { ...job, callback: { url: HOOK, events: ['job.completed', 'job.failed'], headers: { 'x-tag': '1' } } },
    },
    options: {
      summary: 'With every option',
      value: { ...job, timeout_seconds: 60, max_attempts: 3, priority: 10, tags: ['nightly'], metadata: { order: '42' } },
    },
  }
}

/** Whole requests of `POST /v1/jobs`, one for each form. The service accepts each as it is. */
import type { FirstJob } from '../../lifecycle/jobs/first-job.ts'

/** A name that nobody owns (RFC 2606). */
const HOOK = 'https://partner.example/hooks'

/** Examples of an OpenAPI media type. API pages send the first one when the reader writes none. */
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

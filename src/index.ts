/** The package's door for those who write handlers: `import { defineJob } from 'ringback'`. */
export { z } from 'zod'
export {
  content,
  defineJob,
  type JobContext,
  type JobDefinition,
  JobError,
  type JobLog,
  type JobOptions,
  location,
} from './handlers/define-job.ts'

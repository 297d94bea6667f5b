import { defineJob, JobError } from 'ringback'

/** Fails every attempt. */
export default defineJob({
  type: 'e2e.fail',
  async run(_input, ctx) {
    throw new JobError('out_of_paper', `attempt ${ctx.attempt} found no paper`)
  },
})

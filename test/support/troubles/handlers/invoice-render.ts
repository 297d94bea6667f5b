import { once } from 'node:events'
import { defineJob, z } from 'ringback'

/** Renders at once, but for a printer that is jammed: then it ends when it is asked to stop. */
export default defineJob({
  type: 'invoice.render',
  input: z.object({ pages: z.number(), printer: z.enum(['ready', 'jammed']) }),
  async run({ pages, printer }, ctx) {
    if (printer === 'jammed') await once(ctx.signal, 'abort')
    return { pages }
  },
})

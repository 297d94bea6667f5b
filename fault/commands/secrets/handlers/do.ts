import { content, defineJob, JobError, location, z } from 'ringback'

/** Does what its payload says, and says its words while it does. */
export default defineJob({
  type: 'canary.do',
  input: z.looseObject({ how: z.string(), text: z.string().default(''), progress: z.string().default(''), code: z.string().default('') }),
  async run({ how, text, progress, code }, ctx) {
    ctx.progress(50, progress)
    switch (how) {
      case 'content':
        return content(text, 'text/plain')
      case 'location':
        return location(`https://elsewhere.example/result?token=${text}`)
      case 'throw':
        throw Object.assign(new Error(text, { cause: new Error(`cause ${ctx.metadata.cause}`) }), { cause_again: ctx.metadata.cause })
      case 'quote':
        return JSON.parse(text)
      case 'refuse':
        throw new JobError(code, text, { retryable: false, details: { said: ctx.metadata.details } })
      case 'aside':
        setImmediate(() => {
          throw new Error(`thrown aside: ${text}`)
        })
        return new Promise(() => {})
      case 'wait':
        return new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
      case 'look':
        // Upstream URLs are the operator's to hand on.
        return [process.argv, process.execArgv, Object.entries(process.env).filter(([name]) => name !== 'UPSTREAMS')]
      default:
        return { text }
    }
  },
})

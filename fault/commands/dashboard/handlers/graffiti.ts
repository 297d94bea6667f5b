import { content, defineJob, JobError, z } from 'ringback'
import { STRANGERS_TEXTS } from '../strangers-texts.ts'

/** Does what its payload says, with its text in everything that a run may say. */
export default defineJob({
  type: 'graffiti.write',
  input: z.looseObject({ how: z.string(), text: z.string() }),
  steps: STRANGERS_TEXTS.map((text) => text.slice(0, 100)),
  async run({ how, text }, ctx) {
    ctx.progress(50, text)
    switch (how) {
      case 'refuse':
        throw new JobError('refused', text, { retryable: false, details: { [text]: text } })
      case 'throw':
        throw Object.assign(new Error(text, { cause: new Error(text) }), { name: text })
      case 'content':
        // The worst media type, and a name to save it under.
        return content(text, 'text/html', { filename: text.replaceAll(/[/\\\p{Cc}]/gu, '') })
      default:
        return { [text]: text }
    }
  },
})

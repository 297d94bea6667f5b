/** What a page says after an action, named by `?done=` in its URL. */
import { html, type Part } from '../components/html.ts'

const NOTICES: Readonly<Record<string, string>> = {
  canceled: 'The job is canceled, or will be within 5 seconds.',
  rerun: 'This is the new job.',
  retried: 'It is due now.',
  replayed: 'It is pending again, with a fresh schedule and the same webhook-id.',
  discarded: 'It is off the dead-letter queue.',
  enabled: 'The endpoint is enabled.',
  disabled: 'The endpoint is disabled.',
  paused: 'It is paused.',
  resumed: 'It goes on.',
  revoked: 'The key has stopped working, and so have its sessions.',
}

/** The notice, if there is one of this name. */
export function notice(done: string | undefined): Part {
  const text = done !== undefined && Object.hasOwn(NOTICES, done) ? NOTICES[done] : undefined
  return text === undefined ? null : html`<p class="notice" role="status">${text}</p>`
}

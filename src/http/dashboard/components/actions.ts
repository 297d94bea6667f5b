/** What a viewer can do to what a page shows, and the same by curl. */
import { requestCommand } from '../../../domain/curl-command.ts'
import { type Html, html, type Part } from './html.ts'

/** A button that sends a form. */
export interface Action {
  /** The path it is sent to. */
  to: string
  label: string
  /** It cannot be undone, or concerns many. */
  isGrave?: boolean
  fields?: Readonly<Record<string, string>>
}

/** A button. */
export function action({ to, label, isGrave = false, fields = {} }: Action): Html {
  return html`<form method="post" action="${to}" class="action">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="${isGrave ? 'grave' : ''}">${label}</button>
</form>`
}

/** Buttons in a row; nothing when there are none. */
export function actions(buttons: readonly Part[]): Part {
  const shown = buttons.filter((button) => button !== null && button !== false)
  return shown.length === 0 ? null : html`<div class="actions">${shown}</div>`
}

/** A request of the API. */
export interface ApiRequest {
  what: string
  method?: string
  /** From `/v1` on. */
  path: string
  body?: object
}

/** What the page shows and does, as commands to paste. */
export function byCurl(publicUrl: string, requests: readonly ApiRequest[]): Html {
  return html`<details class="curl"><summary>The same by curl</summary>
${requests.map(
  ({ what, method = 'GET', path, body }) =>
    html`<p>${what}</p><pre tabindex="0"><code>${requestCommand(publicUrl, '$KEY', { method, path, ...(body && { body }) })}</code></pre>`,
)}
</details>`
}

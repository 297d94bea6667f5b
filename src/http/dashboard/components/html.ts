/** Templates. What is put into one is text, whoever wrote it. */
import { html, raw } from 'hono/html'

/** A piece of a page. */
export type Html = ReturnType<typeof html>
/** What a template takes in a place: nothing where it is null, undefined or a boolean. */
export type Part = Html | string | number | boolean | null | undefined | readonly Part[]

export { html }

/**
 * Text to the character: a parser of HTML drops a line feed at the beginning of `pre`, and makes one of every carriage return. This is
 * the only place that goes by the escaping of templates.
 */
export function exactText(text: string): Html {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')
  return html`<pre class="exact">
${raw(escaped)}</pre>`
}

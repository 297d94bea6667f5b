/** Small parts that many pages show. */
import { timestamp } from '../../../wire/documents/timestamp.ts'
import { type Html, html, type Part } from './html.ts'

const DASH = '–'

/** A moment: UTC in the page, and the reader's own time where scripts run. Takes milliseconds since the epoch. */
export function moment(at: number | null | undefined): Part {
  const text = timestamp(at ?? null)
  if (text === null) return DASH
  return html`<time datetime="${text}" title="${text}">${text.slice(0, 10)} ${text.slice(11, 19)}</time>`
}

/** A duration in its two largest units. Takes milliseconds. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const
  let seconds = Math.round(ms / 1000)
  const parts: string[] = []
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size)
    seconds -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.slice(0, 2).join(' ')
}

/** A size in bytes. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  return count < 1024 ** 2 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 ** 2).toFixed(1)} MiB`
}

/** A status as a word with a colour. */
export function badge(status: string): Html {
  return html`<span class="badge ${status}">${status}</span>`
}

/** Names and values of one record. */
export function facts(entries: readonly (readonly [name: string, value: Part])[]): Html {
  return html`<dl class="facts">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value ?? DASH}</dd></div>`)}</dl>`
}

/** Something that is there or not. */
function orDash(value: Part): Part {
  return value === null || value === undefined || value === '' ? DASH : value
}

/** A table; `empty` stands in its place when there are no rows. */
export function table(caption: string, heads: readonly string[], rows: readonly Part[][], empty: string): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption class="hidden">${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${orDash(cell)}</td>`)}</tr>`)}</tbody>
</table></div>`
}

/** A link within the dashboard. */
export function link(href: string, text: Part): Html {
  return html`<a href="${href}">${text}</a>`
}

/** A URL that a stranger may have written, as text. Its query may hold a secret of its owner. */
export function shownUrl(url: string): string {
  const at = url.indexOf('?')
  return at < 0 ? url : `${url.slice(0, at)}?…`
}

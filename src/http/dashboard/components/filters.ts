/** Filters of a list. They stand in the URL, so that a page with its filters can be kept and sent. */
import { type Html, html, type Part } from './html.ts'

/** One field of a filter. */
export interface FilterField {
  name: string
  label: string
  /** The values to choose from; without them the field takes any text. */
  choices?: readonly string[]
  /** A moment, in UTC. */
  isMoment?: boolean
}

/** The values of a query, without those that are empty. */
export type Filled = Readonly<Record<string, string>>

/** The form of a filter, filled with what is asked for. */
export function filterForm(path: string, fields: readonly FilterField[], filled: Filled): Html {
  const isFiltered = fields.some(({ name }) => filled[name] !== undefined)
  return html`<form method="get" action="${path}" class="filters" role="search">
${fields.map((field) => html`<label>${field.label}${control(field, filled[field.name] ?? '')}</label>`)}
<div class="go"><button>Filter</button>${isFiltered ? html` <a href="${path}">All</a>` : null}</div>
</form>`
}

function control({ name, choices, isMoment = false }: FilterField, value: string): Html {
  if (choices === undefined) {
    const hint = isMoment ? 'YYYY-MM-DDThh:mmZ' : ''
    return html`<input name="${name}" value="${value}" placeholder="${hint}" autocomplete="off" spellcheck="false">`
  }
  return html`<select name="${name}"><option value="">any</option>
${choices.map((choice) => html`<option value="${choice}"${choice === value ? html` selected` : null}>${choice}</option>`)}</select>`
}

/** A path with these members as its query. */
export function withQuery(path: string, members: Readonly<Record<string, string | null | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) if (value !== null && value !== undefined && value !== '') query.set(name, value)
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The way to the rest of a list. */
export function pager(path: string, filled: Filled, cursor: string | null): Part {
  const isFirst = filled.cursor === undefined
  if (isFirst && cursor === null) return null
  return html`<nav class="pager" aria-label="Pages of this list">
${isFirst ? null : html`<a href="${withQuery(path, { ...filled, cursor: null })}">Newest</a>`}
${cursor === null ? null : html`<a href="${withQuery(path, { ...filled, cursor })}" rel="next">Older</a>`}
</nav>`
}

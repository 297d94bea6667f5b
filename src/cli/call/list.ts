/** One page of a list. */
import type { Page } from '../../client/transport/listing.ts'
import type { Query } from '../../client/transport/transport.ts'
import { table } from '../output/table.ts'
import { ask } from './ask.ts'
import type { Given, Invocation, OptionSpec } from './command.ts'
import { integer } from './values.ts'

/** The columns of a list, by heading. */
export type Columns<T> = Readonly<Record<string, (document: T) => unknown>>

/** Flags of every list that goes on with a cursor. */
export const PAGE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--limit <N>', about: 'so many at most, 1 to 100', parse: integer(1, 100) },
  { flags: '--cursor <CURSOR>', about: 'the page after this one' },
]

/** Flag of what an operator may see of others. */
export const TENANT_OPTION: OptionSpec = { flags: '--tenant <ID>', about: 'operator only: another tenant, or * for all' }

/** The members of a query that flags of these names gave: `--error-code` is `error_code`. */
export function queryOf(given: Given, options: readonly OptionSpec[]): Record<string, string | number | undefined> {
  const names = options.map(nameOf)
  return Object.fromEntries(
    names.flatMap((name) => (given.has(name) ? [[name.replaceAll('-', '_'), given.number(name) ?? given.text(name)]] : [])),
  )
}

/** The long name of a flag. */
export function nameOf({ flags }: OptionSpec): string {
  return /--([\w-]+)/.exec(flags)?.[1] ?? ''
}

/** Prints the page, and how the next one is read. */
export async function printPage<T>(
  call: Invocation,
  { path, query, columns, parameter = 'cursor' }: { path: string; query: Query; columns: Columns<T>; parameter?: 'cursor' | 'after' },
): Promise<void> {
  const { out } = call
  const { text, document } = await ask<Page<T>>(call, { method: 'GET', path, query })
  const isEmpty = document.data.length === 0
  if (out.json || !isEmpty) await out.result(text, () => table(Object.keys(columns), rowsOf(document.data, columns), out.paint))
  if (out.json) return
  if (isEmpty && !document.has_more) await out.words('There are none.')
  if (document.has_more && document.next_cursor !== null) await out.words(`There are more: --${parameter} ${document.next_cursor}`)
}

function rowsOf<T>(documents: readonly T[], columns: Columns<T>): unknown[][] {
  return documents.map((document) => Object.values(columns).map((column) => column(document)))
}

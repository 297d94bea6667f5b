/** What is set for a connection, by what it is for. */
import type { Command } from './wire.ts'

/** What a connection is for: what it may wait for is set accordingly. */
export type Purpose = 'write' | 'claim' | 'read'

const WRITES = { statement_timeout: '10s', lock_timeout: '2s', idle_in_transaction_session_timeout: '10s' }
const SETTINGS: Readonly<Record<Purpose, Record<string, string>>> = {
  write: WRITES,
  // A fresh table without statistics would be read whole, and an index as a bitmap be sorted.
  claim: { ...WRITES, enable_seqscan: 'off', enable_bitmapscan: 'off' },
  read: { statement_timeout: '30s', lock_timeout: '2s', enable_bitmapscan: 'off' },
}

/** Sets all of it for as long as the connection lasts. Commits are waited for whatever the database says. */
export function sessionSql(purpose: Purpose): string {
  return `SELECT ${assignments(purpose, false)}`
}

/** The same for the transaction in which it runs, one of several statements in a round trip included. */
export function transactionSettings(purpose: Purpose): Command {
  return { sql: `SELECT ${assignments(purpose, true)}`, name: '', values: [] }
}

function assignments(purpose: Purpose, isLocal: boolean): string {
  const durable = `CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END`
  const values = Object.entries(SETTINGS[purpose]).map(([name, value]) => [name, `'${value}'`])
  return [...values, ['synchronous_commit', durable]].map(([name, value]) => `set_config('${name}', ${value}, ${isLocal})`).join(', ')
}

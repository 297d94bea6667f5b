/** Requests with one right answer each, sent as they are written. */

import { type Conversation, converse } from '../../../test/support/raw-client.ts'
import type { Group } from '../../harness/case-group.ts'
import { eachOf } from '../../harness/each-of.ts'
import type { Setup } from './setup.ts'

const CLIENTS = 16

export interface TableRow {
  name: string
  /** Asks for the end of the connection behind its answer, or leads to it. */
  bytes: string | Uint8Array
  status: number
  /** What else must be so: header names in lower case and their values. */
  headers?: Record<string, string>
  interim?: number[]
}

/** Each row on a connection of its own. */
export async function runTable({ port }: Setup, id: string, name: string, rows: readonly TableRow[]): Promise<Group> {
  const faults: string[] = []
  await eachOf(rows, CLIENTS, async (row) => {
    faults.push(...faultsOf(row, await converse(port, [row.bytes])).map((fault) => `${row.name}: ${fault}`))
  })
  return { id, name, cases: rows.length, faults }
}

function faultsOf({ status, interim = [], headers = {} }: TableRow, heard: Conversation): string[] {
  const { answers, closed, rest } = heard
  const statuses = [...heard.interim, ...answers.map((answer) => answer.status)].join(', ')
  const told = `answered ${statuses || 'nothing'}${closed ? '' : ', still open'}`
  const [answer] = answers
  if (answer?.status !== status || answers.length > 1 || !closed || rest !== '') return [`${told}, not ${status}`]
  if (heard.interim.join() !== interim.join()) return [told]
  return Object.entries(headers).flatMap(([header, value]) =>
    answer.headers[header] === value ? [] : [`${header} is ${answer.headers[header]}, not ${value}`],
  )
}

/** Row V3: each ambiguous request with an honest one behind it on the same connection, whole and in pieces. */

import { type Conversation, converse, inPieces } from '../../../test/support/raw-client.ts'
import type { Group } from '../../harness/case-group.ts'
import { eachOf } from '../../harness/each-of.ts'
import { HOST, KEY, type Setup } from './setup.ts'
import { type Ambiguous, CORPUS } from './smuggling-corpus.ts'

/** Bytes a segment. */
const SIZES = { whole: Number.POSITIVE_INFINITY, 'in pieces': 3 }
const CLIENTS = 16
/** Two answers for what may have one, or an answer with what nobody asked for on this connection. */
export const DESYNC = 'DESYNC'

/** @param patienceMs for the end of a connection that should end */
export async function runSmuggling({ api, port }: Setup, patienceMs = 5_000): Promise<Group> {
  const [hidden, marker] = await Promise.all([knownJob(api), knownJob(api)])
  const faults: string[] = []
  const secret = `GET /v1/jobs/${hidden} HTTP/1.1\r\n${HOST}${KEY}\r\n`
  const honest = `GET /v1/jobs/${marker} HTTP/1.1\r\n${HOST}${KEY}Connection: close\r\n\r\n`
  const cases = CORPUS.flatMap((one) => Object.entries(SIZES).map(([how, size]) => ({ one, how, size })))
  await eachOf(cases, CLIENTS, async ({ one, how, size }) => {
    const heard = await converse(port, inPieces(one.bytes(secret) + honest, size), { timeoutMs: patienceMs })
    const fault = faultOf(one, heard, { hidden, marker })
    if (fault !== null) faults.push(`${one.name} (${how}): ${fault}`)
  })
  return { id: 'V3', name: 'requests whose end is unclear', cases: cases.length, faults }
}

async function knownJob(api: Setup['api']): Promise<string> {
  return (await api.submit({ type: 'fault.noop' })).json.id
}

/** Null: as expected. */
function faultOf({ expect }: Ambiguous, heard: Conversation, ids: { hidden: string; marker: string }): string | null {
  const { answers, closed, rest } = heard
  const told = `answered ${answers.map(({ status }) => status).join(', ') || 'nothing'}${closed ? '' : ', still open'}`
  if (rest !== '') return `${DESYNC}: bytes that are no answer: ${JSON.stringify(rest.slice(0, 60))}`
  if (answers.some(({ body }) => body.includes(ids.hidden))) return `${DESYNC}: the hidden request was answered`
  const [first, second] = answers
  if (first?.body.includes(ids.marker)) return `${DESYNC}: the second request's answer came first`
  const follows = expect !== 'refused' && expect.next === 'taken'
  if (!follows && answers.length > 1) return `${DESYNC}: ${told}`
  if (first?.status !== (expect === 'refused' ? 400 : expect.status)) return told
  if (follows && !second?.body.includes(ids.marker)) return `what follows was not answered: ${told}`
  return closed ? null : told
}

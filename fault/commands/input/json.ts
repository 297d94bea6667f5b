/**
 * Row V5: each document submitted, and what was kept compared byte by byte wherever it comes out again: at the upstream, as a
 * handler's raw input, in the result, in the job's document and in its callback.
 */
import { objectSpans } from '../../../src/domain/json-span.ts'
import type { Answer, Api } from '../../../test/support/api.ts'
import { type Receiver, startReceiver } from '../../../test/support/receiver.ts'
import type { Group } from '../../harness/case-group.ts'
import { eachOf } from '../../harness/each-of.ts'
import { createRng } from '../../harness/rng.ts'
import { largeCases, oddCases } from './json-cases.ts'
import { type Document, randomDocument } from './json-documents.ts'
import { type Setup, sha256 } from './setup.ts'

/** What a document is done by: the upstream that echoes, and a handler that gives back its raw input. */
const TYPES = ['echo', 'fault.bytes']
/** Longer results are not shown inline. */
const INLINE_BYTES = 64 * 1024
/** Wide enough for the largest of the cases. */
export const JSON_ENV = { MAX_BODY: '16 MiB' }

/** So many random documents and the odd ones. */
export function runJson(setup: Setup, documents: number, seed: number): Promise<Group> {
  const rng = createRng(seed)
  const random = Array.from({ length: documents }, (_, n) => randomDocument(rng, TYPES[n % TYPES.length] ?? ''))
  return runDocuments(setup, {
    name: 'documents kept byte by byte, or refused',
    documents: [...TYPES.flatMap(oddCases), ...random],
    clients: 16,
  })
}

/** One at a time: so many bytes at once are told to come back. */
export function runLargeJson(setup: Setup): Promise<Group> {
  return runDocuments(setup, { name: 'large documents', documents: TYPES.flatMap(largeCases), clients: 1 })
}

interface Run {
  name: string
  documents: Document[]
  clients: number
}

async function runDocuments(setup: Setup, { name, documents, clients }: Run): Promise<Group> {
  const receiver = await startReceiver()
  const faults: string[] = []
  try {
    await eachOf(documents, clients, async (document) => {
      faults.push(...(await faultsOf(setup, receiver, document)).map((fault) => `${document.name}: ${fault}`))
    })
  } finally {
    await receiver.close()
  }
  return { id: 'V5', name, cases: documents.length, faults }
}

async function faultsOf({ api, sentUpstream }: Setup, receiver: Receiver, { body, fate }: Document): Promise<string[]> {
  if ('refused' in fate) {
    const answer = await submit(api, body)
    return fate.refused.includes(answer.status) ? [] : [`answered ${answer.status}, not ${fate.refused.join(' or ')}`]
  }
  const hook = receiver.url(`/${sha256(body)}`)
  const answer = await submit(api, withCallback(body, hook))
  if (answer.status !== 200) return [`answered ${answer.status}: ${answer.text.slice(0, 300)}`]
  const { id, type, status, error } = answer.json
  if (status !== 'completed') return [`is ${status}: ${JSON.stringify(error)}`]

  const copies: [where: string, bytes: Uint8Array | string][] = [['its result', await resultBytes(api, id)]]
  if (type === 'echo') {
    copies.push(['what the upstream was sent', sentUpstream.get(id) ?? 'nothing'])
    if (fate.kept.byteLength <= INLINE_BYTES) {
      const [hit] = await receiver.received(1, ({ path }) => hook.endsWith(path))
      copies.push(['its document', memberOf(Buffer.from(answer.text), 'result')])
      copies.push(['its callback', memberOf(memberOf(Buffer.from(hit?.body ?? '{}'), 'data'), 'result')])
    }
  }
  const original = sha256(fate.kept)
  return copies.flatMap(([where, copy]) => ((typeof copy === 'string' ? copy : sha256(copy)) === original ? [] : [`altered in ${where}`]))
}

function submit(api: Api, body: Uint8Array): Promise<Answer> {
  return api.call('POST', '/v1/jobs', { body, headers: { 'content-type': 'application/json', prefer: 'wait=60' } })
}

async function resultBytes(api: Api, id: string): Promise<Uint8Array> {
  return Buffer.from((await api.call('GET', `/v1/jobs/${id}/result`)).text)
}

/** The request with one more member at its end. */
function withCallback(body: Buffer, url: string): Buffer {
  const end = body.lastIndexOf('}')
  return Buffer.concat([body.subarray(0, end), Buffer.from(`,"callback_url":${JSON.stringify(url)}`), body.subarray(end)])
}

function memberOf(json: Uint8Array, name: string): Uint8Array {
  const span = objectSpans(json).members.find((member) => member.name === name)
  return span ? json.subarray(span.start, span.end) : new Uint8Array()
}

/** Row V2: bodies above the limit, however they come. Clients that send all before they read must find the 413 all the same. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Conversation, type ConverseOptions, converse, type Parts } from '../../../test/support/raw-client.ts'
import type { Group } from '../../harness/case-group.ts'
import { memoryOf, resetPeak } from '../../harness/process-figures.ts'
import { HOST, JSON_TYPE, KEY, type Setup } from './setup.ts'

const MIB = 1024 * 1024
const LIMIT = MIB
/** Resident memory that all of it together may take beyond what the service has before. */
const MOST_BYTES = 256 * MIB
const AT_ONCE = 8
const JOB = '{"type":"fault.noop"}'
const HEAD = `POST /v1/jobs HTTP/1.1\r\n${HOST}${KEY}${JSON_TYPE}`
const PART = Buffer.alloc(64 * 1024, ' ')

interface Upload extends ConverseOptions {
  name: string
  parts: () => Parts
  status: number
  /** Statuses before the final one. */
  interim?: number[]
}

/**
 * @param bytes of the large bodies
 * @param patienceMs for an answer
 */
export async function runOversize({ service, port, api }: Setup, bytes: number, patienceMs = 60_000): Promise<Group & { peakMib: number }> {
  const faults: string[] = []
  resetPeak(service.pid)
  const before = memoryOf(service.pid).now
  const uploads = uploadsOf(bytes)
  const flood: Upload[] = Array.from({ length: AT_ONCE }, () => ({
    name: `one of ${AT_ONCE} at once`,
    parts: () => chunked(bytes),
    status: 413,
    sendsFirst: true,
  }))
  for (const together of [uploads, flood]) {
    const checked = together.map(async (upload) => {
      const fault = faultOf(upload, await converse(port, upload.parts(), { enough: 1, timeoutMs: patienceMs, ...upload }))
      if (fault !== null) faults.push(`${upload.name}: ${fault}`)
    })
    await Promise.all(checked)
  }

  const grown = memoryOf(service.pid).peak - before
  if (grown > MOST_BYTES) faults.push(`${Math.round(grown / MIB)} MiB more resident at the peak`)
  const jobs = (await api.call('GET', '/v1/jobs?limit=100')).json.data.length
  const taken = uploads.filter(({ status }) => status === 202).length
  if (jobs !== taken) faults.push(`${jobs} jobs were made of ${taken} bodies within the limit`)
  return { id: 'V2', name: 'bodies above the limit', cases: uploads.length + flood.length + 2, faults, peakMib: grown / MIB }
}

function uploadsOf(bytes: number): Upload[] {
  const sendsFirst = true
  return [
    { name: 'a length just above', parts: () => measured(LIMIT + 1), status: 413, sendsFirst },
    { name: 'chunks just above', parts: () => chunked(LIMIT + 1), status: 413, sendsFirst },
    { name: 'a length at the limit', parts: () => measured(LIMIT), status: 202, sendsFirst },
    { name: 'chunks at the limit', parts: () => chunked(LIMIT), status: 202, sendsFirst },
    { name: 'a large length', parts: () => measured(bytes), status: 413, sendsFirst },
    { name: 'large, in chunks', parts: () => chunked(bytes), status: 413, sendsFirst },
    { name: 'a large length, slowly', parts: () => measured(4 * LIMIT, 25), status: 413, sendsFirst },
    { name: 'large, in chunks, slowly', parts: () => chunked(4 * LIMIT, 25), status: 413, sendsFirst },
    { name: 'a large length, the answer read at once', parts: () => measured(bytes), status: 413 },
    { name: 'a large length and no body', parts: () => [`${HEAD}Content-Length: ${bytes}\r\n\r\n`], status: 413 },
    { name: 'a length beyond what a number holds', parts: () => [`${HEAD}Content-Length: 9007199254740993\r\n\r\n`], status: 413 },
    { name: 'an expectation, refused', parts: () => [`${HEAD}Expect: 100-continue\r\nContent-Length: ${bytes}\r\n\r\n`], status: 413 },
    {
      name: 'an expectation, met',
      parts: () => [`${HEAD}Expect: 100-continue\r\nContent-Length: ${JOB.length}\r\n\r\n${JOB}`],
      status: 202,
      interim: [100],
    },
    {
      name: 'a large length, on a connection to be closed',
      parts: () => measured(bytes, 0, `${HEAD}Connection: close\r\n`),
      status: 413,
      sendsFirst,
    },
    { name: 'a large length in HTTP/1.0', parts: () => measured(bytes, 0, HEAD.replace('1.1', '1.0')), status: 413, sendsFirst },
    { name: 'no key and a large length', parts: () => measured(bytes, 0, HEAD.replace(KEY, '')), status: 401, sendsFirst },
    { name: 'neither a length nor chunks', parts: () => [`${HEAD}\r\n`], status: 400 },
    {
      name: 'one after the other on a connection',
      parts: async function* () {
        yield* measured(2 * LIMIT)
        yield* chunked(2 * LIMIT)
        yield `GET /healthz HTTP/1.1\r\n${HOST}\r\n`
      },
      status: 413,
      enough: 3,
      sendsFirst,
    },
  ]
}

function faultOf({ status, interim = [], enough = 1 }: Omit<Upload, 'name' | 'parts'>, heard: Conversation): string | null {
  const statuses = heard.answers.map((answer) => answer.status)
  const told = `answered ${[...heard.interim, ...statuses].join(', ') || 'nothing'}${heard.closed ? ', closed' : ''}`
  if (statuses[0] !== status || statuses.length !== enough) return told
  if (heard.interim.join() !== interim.join()) return told
  if (status === 413 && !heard.answers[0]?.body.includes('"code":"too_large"')) return `${told} without its problem document`
  return null
}

/** A valid job, made long by white space. */
async function* measured(bytes: number, pauseMs = 0, head = HEAD): AsyncIterable<string | Uint8Array> {
  yield `${head}Content-Length: ${bytes}\r\n\r\n${JOB}`
  yield* padding(bytes - JOB.length, pauseMs)
}

async function* chunked(bytes: number, pauseMs = 0): AsyncIterable<string | Uint8Array> {
  yield `${HEAD}Transfer-Encoding: chunked\r\n\r\n${JOB.length.toString(16)}\r\n${JOB}\r\n`
  for await (const part of padding(bytes - JOB.length, pauseMs)) {
    yield `${part.length.toString(16)}\r\n`
    yield part
    yield '\r\n'
  }
  yield '0\r\n\r\n'
}

async function* padding(bytes: number, pauseMs: number): AsyncIterable<Uint8Array> {
  for (let left = bytes; left > 0; left -= PART.length) {
    yield PART.subarray(0, Math.min(left, PART.length))
    if (pauseMs > 0) await sleep(pauseMs)
  }
}

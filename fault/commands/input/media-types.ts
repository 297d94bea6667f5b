/** Row V6: what a body says of itself. Nothing is ever decoded. */
import { gzipSync } from 'node:zlib'
import { HOST, KEY } from './setup.ts'
import type { TableRow } from './table.ts'

const JOB = Buffer.from('{"type":"fault.noop"}')
/** Decoded it would be far above the limit. */
const bomb = () => gzipSync(Buffer.alloc(64 * 1024 * 1024))
const PLAIN = 'Content-Type: application/json\r\n'

// biome-ignore format: one list
const REFUSED_TYPES = [
  'text/plain', 'text/json', 'application/jsonx', 'application/json5', 'application/x-json',
  'application/vnd.api+json', 'application/problem+json', 'application/x-ndjson', 'application/jsonp',
  'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/octet-stream',
  'application/xml', 'application', '*/*', 'application/*', 'json', '',
  'application/json; charset=latin1', 'application/json; charset=utf-16', 'application/json; charset=utf-7',
  'application/json; charset=utf-8-sig', 'application/json; charset=shift_jis', 'application/json; charset=',
  'application/json; charset="utf-8',
  'application/json; version=2', 'application/json, text/plain', 'application/json; charset=utf-8; charset=utf-16',
]
// biome-ignore format: one list
const TAKEN_TYPES = [
  'application/json', 'Application/JSON', 'application/json; charset=utf-8',
  'application/json;charset=UTF-8', 'application/json; charset="utf-8"', 'application/json; charset=utf8',
  'application/json;',
]
// biome-ignore format: one list
const REFUSED_CODINGS = [
  'gzip', 'GZIP', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'gzip, identity',
  'identity, gzip', 'gzip, gzip', 'identity, identity', 'utf-8', 'aws-chunked', '',
]

export function mediaTypes(): TableRow[] {
  return [
    ...REFUSED_TYPES.map((type) => row(`type ${type}`, `Content-Type: ${type}\r\n`, 415)),
    ...TAKEN_TYPES.map((type) => row(`type ${type}`, `Content-Type: ${type}\r\n`, 202)),
    row('no type', '', 415),
    row('two types', `${PLAIN}Content-Type: text/plain\r\n`, 415),
    row('the same type twice', PLAIN + PLAIN, 415),
    ...REFUSED_CODINGS.map((coding) => row(`encoding ${coding}`, `${PLAIN}Content-Encoding: ${coding}\r\n`, 415, gzipSync(JOB))),
    row('encoding identity', `${PLAIN}Content-Encoding: identity\r\n`, 202),
    row('two encodings', `${PLAIN}Content-Encoding: identity\r\nContent-Encoding: gzip\r\n`, 415, gzipSync(JOB)),
    row('a bomb', `${PLAIN}Content-Encoding: gzip\r\n`, 415, bomb()),
    row('gzip that is not announced', PLAIN, 400, gzipSync(JOB)),
    row('an answer in gzip is asked for', `${PLAIN}Accept-Encoding: gzip\r\n`, 202),
    row('another type of answer is asked for', `${PLAIN}Accept: text/html\r\n`, 202),
  ]
}

function row(name: string, fields: string, status: number, body: Buffer = JOB): TableRow {
  const head = `POST /v1/jobs HTTP/1.1\r\n${HOST}${KEY}Connection: close\r\n${fields}Content-Length: ${body.length}\r\n\r\n`
  return { name, bytes: Buffer.concat([Buffer.from(head, 'latin1'), body]), status }
}

/** What receivers do that needs neither TLS nor a name server: behaviours R1 to R4 of docs/guarantees.md. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { type Behaviour, delivered, failed, refused, type Seen } from './behaviour.ts'
import { BROKEN_ANSWERS } from './broken-answers.ts'
import { answer, drip, OK, pour, status } from './scripts.ts'

const hanging: Behaviour[] = [
  { id: 'R1', name: 'accepts and says nothing', script: {}, holds: true, expect: failed('timeout') },
  { id: 'R1', name: 'never reads the request', script: { neverReads: true }, holds: true, expect: failed('timeout') },
  {
    id: 'R1',
    name: 'drips its status line',
    script: drip('', 100, (n) => OK.charAt(n - 1)),
    holds: true,
    expect: failed('timeout'),
  },
  {
    id: 'R1',
    name: 'drips its headers',
    script: drip('HTTP/1.1 200 OK\r\n', 100, (n) => `x-${n}: y\r\n`),
    holds: true,
    expect: failed('timeout'),
  },
  {
    id: 'R2',
    name: '2xx headers, then drips its body',
    script: drip('HTTP/1.1 202 OK\r\ncontent-length: 100000\r\n\r\n', 100, () => 'a'),
    holds: true,
    expect: delivered(202),
  },
  {
    id: 'R2',
    name: '503 headers, then drips its body',
    script: drip('HTTP/1.1 503 X\r\ncontent-length: 100000\r\n\r\n', 100, () => 'a'),
    holds: true,
    expect: refused(503),
  },
  {
    id: 'R2',
    name: 'a 1xx now and then, without end',
    // So seldom that a service held up for a while does not find more of them at once than it reads.
    script: drip('', 250, () => 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    holds: true,
    expect: failed('timeout'),
  },
  { id: 'R2', name: 'a flood of 1xx', script: answer('HTTP/1.1 103 X\r\n\r\n'.repeat(1000)), expect: failed('invalid_response') },
]

function keeps64KiB({ attempts }: Seen): string[] {
  return attempts.every((attempt) => attempt.response_body.length === 65_536) ? [] : ['the log did not keep the first 64 KiB']
}

/** What a memory without bounds would show in. */
export const LONG_BODY: Behaviour = {
  id: 'R3',
  name: 'a 2xx with a body of 64 MiB',
  script: answer(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 67108864\r\n\r\n'), Buffer.alloc(67_108_864, 97)])),
  expect: delivered(),
  also: keeps64KiB,
}

const oversized: Behaviour[] = [
  LONG_BODY,
  { id: 'R3', name: 'a 2xx with an endless body', script: pour('HTTP/1.1 200 OK\r\n\r\n'), expect: delivered(), also: keeps64KiB },
  { id: 'R3', name: 'a 500 with an endless body', script: pour('HTTP/1.1 500 X\r\n\r\n'), expect: refused(500), also: keeps64KiB },
  {
    id: 'R3',
    name: 'a header of 64 KiB',
    script: answer(status(200, [`x: ${'a'.repeat(65_536)}`])),
    expect: failed('headers_too_large'),
  },
  {
    id: 'R3',
    name: '10,000 headers',
    script: answer(
      status(
        200,
        Array.from({ length: 10_000 }, (_, n) => `x-${n}: y`),
      ),
    ),
    expect: failed('headers_too_large'),
  },
  {
    id: 'R3',
    name: '50,000 headers of one byte',
    script: answer(`HTTP/1.1 200 OK\r\n${'a:\r\n'.repeat(50_000)}\r\n`),
    expect: failed('headers_too_large'),
  },
  {
    id: 'R3',
    name: 'a 2xx with a body in chunks of one byte',
    script: answer(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(100_000)}`),
    expect: delivered(),
  },
  {
    id: 'R3',
    name: 'a 2xx with a chunk extension without end',
    script: pour('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;'),
    expect: delivered(),
  },
  { id: 'R3', name: 'empty lines without end', script: pour('', '\r\n'), expect: failed('headers_too_large') },
  { id: 'R3', name: 'headers without end', script: pour('HTTP/1.1 200 OK\r\nx: '), expect: failed('headers_too_large') },
]

const BOMB = Buffer.alloc(8 * 1024 * 1024)
const encoded: [string, Buffer][] = [
  ['gzip', gzipSync(BOMB)],
  ['br', brotliCompressSync(BOMB)],
  ['zstd', zstdCompressSync(BOMB)],
  ['deflate', deflateSync(BOMB)],
  ['gzip, gzip', gzipSync(gzipSync(BOMB))],
]
const bombs: Behaviour[] = encoded.map(([encoding, bytes]) => ({
  id: 'R4',
  name: `a bomb in ${encoding}: ${bytes.length} bytes for 8 MiB`,
  script: answer(
    Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${bytes.length}\r\n\r\n`), bytes]),
  ),
  expect: delivered(),
  also: ({ attempts }) =>
    attempts[0]?.response_body === new TextDecoder().decode(bytes.subarray(0, 65_536))
      ? []
      : ['the log does not hold the bytes as they came'],
}))

export const MISBEHAVIOUR: readonly Behaviour[] = [...hanging, ...oversized, ...bombs, ...BROKEN_ANSWERS]

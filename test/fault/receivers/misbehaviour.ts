/** The rows R1 to R7 and R9 of the acceptance matrix, as far as they need neither TLS nor a name server. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { type Expected, headerOf, type Row, type Seen } from './row.ts'
import { answer, drip, OK, onConnect, pour, reset, status } from './scripts.ts'

const delivered = (code = 200): Expected => ({ end: 'delivered', status: code, error: null })
const failed = (error: string, code: number | null = null): Expected => ({ end: 'exhausted', status: code, error })
const refused = (code: number): Expected => ({ end: 'exhausted', status: code, error: null })

const hanging: Row[] = [
  { id: 'R1', name: 'accepts and says nothing', script: {}, holds: true, expect: failed('timeout') },
  { id: 'R1', name: 'never reads the request', script: { deaf: true }, holds: true, expect: failed('timeout') },
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
    script: drip('', 100, () => 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
    holds: true,
    expect: failed('timeout'),
  },
  { id: 'R2', name: 'a flood of 1xx', script: answer('HTTP/1.1 103 X\r\n\r\n'.repeat(1000)), expect: failed('invalid_response') },
]

function keeps64KiB({ attempts }: Seen): string[] {
  return attempts.every((attempt) => attempt.response_body.length === 65_536) ? [] : ['the log did not keep the first 64 KiB']
}

/** What a memory without bounds would show in. */
export const LONG_BODY: Row = {
  id: 'R3',
  name: 'a 2xx with a body of 64 MiB',
  script: answer(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 67108864\r\n\r\n'), Buffer.alloc(67_108_864, 97)])),
  expect: delivered(),
  also: keeps64KiB,
}

const oversized: Row[] = [
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
const bombs: Row[] = encoded.map(([encoding, bytes]) => ({
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

/** No complete headers that mean 2xx come before the fault. */
const broken: [string, string, Expected][] = [
  ['a bad chunk after 2xx headers', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n', delivered()],
  ['a body shorter than its length, after 2xx headers', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc', delivered()],
  ['a bad chunk after 500 headers', 'HTTP/1.1 500 X\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', refused(500)],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', failed('invalid_response')],
  ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nab', failed('invalid_response')],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    failed('invalid_response'),
  ],
  ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n', failed('invalid_response')],
  ['a length of 20 digits', `HTTP/1.1 200 OK\r\ncontent-length: ${'9'.repeat(20)}\r\n\r\n`, failed('invalid_response')],
  ['lines that end in LF alone', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', failed('invalid_response')],
  ['a NUL in a header', 'HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n', failed('invalid_response')],
  ['a space in a header name', 'HTTP/1.1 200 OK\r\nx y: z\r\ncontent-length: 0\r\n\r\n', failed('invalid_response')],
  ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', failed('invalid_response')],
  ['the greeting of an SSH server', 'SSH-2.0-OpenSSH_9.2\r\n', failed('invalid_response')],
  ['the greeting of an SMTP server', '220 mail.example ESMTP\r\n', failed('invalid_response')],
  ['no headers, only a body', '<html>hello</html>\r\n', failed('invalid_response')],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', failed('invalid_response')],
  ['status 99', 'HTTP/1.1 99 X\r\ncontent-length: 0\r\n\r\n', failed('invalid_response')],
  ['status 999', 'HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n', failed('invalid_response', 999)],
  ['status 2000', 'HTTP/1.1 2000 X\r\ncontent-length: 0\r\n\r\n', failed('invalid_response')],
  ['random bytes', '\x16\x03\x01\x02\x00\xff\xfe\x80\r\n\r\n', failed('invalid_response')],
  ['nothing but line ends', '\r\n'.repeat(1000), failed('connection_closed')],
]
const malformed: Row[] = broken.map(([name, bytes, expect]) => ({
  id: 'R5',
  name,
  script: answer(Buffer.from(bytes, 'latin1'), { hangUp: true }),
  expect,
}))

const cut: Row[] = [
  { id: 'R6', name: 'is not there', script: null, expect: failed('connection_refused') },
  { id: 'R6', name: 'resets at connect', script: onConnect((socket) => socket.resetAndDestroy()), expect: failed('connection_reset') },
  { id: 'R6', name: 'resets after the request', script: reset(), expect: failed('connection_reset') },
  { id: 'R6', name: 'resets within its headers', script: reset('HTTP/1.1 200 OK\r\nx: '), expect: failed('connection_reset') },
  { id: 'R6', name: 'resets after 2xx headers', script: reset('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'), expect: delivered() },
  { id: 'R6', name: 'resets within its body', script: reset('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'), expect: delivered() },
  {
    id: 'R6',
    name: 'resets within the body of a 500',
    script: reset('HTTP/1.1 500 X\r\ncontent-length: 9\r\n\r\nabc'),
    expect: refused(500),
  },
  { id: 'R6', name: 'hangs up without an answer', script: answer('', { hangUp: true }), expect: failed('connection_closed') },
  {
    id: 'R6',
    name: 'hangs up within its headers',
    script: answer('HTTP/1.1 200 OK\r\nx: ', { hangUp: true }),
    expect: failed('connection_closed'),
  },
]

const early: Row[] = [
  { id: 'R7', name: 'a 100 nobody asked for', script: answer(`HTTP/1.1 100 Continue\r\n\r\n${OK}`), expect: failed('invalid_response') },
  {
    id: 'R7',
    name: 'an upgrade nobody asked for',
    script: answer('HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    expect: failed('invalid_response'),
  },
  { id: 'R7', name: 'a few early hints, then 200', script: answer(`${'HTTP/1.1 103 X\r\n\r\n'.repeat(3)}${OK}`), expect: delivered() },
  { id: 'R7', name: '413 and the end', script: answer(status(413, ['connection: close']), { hangUp: true }), expect: refused(413) },
  { id: 'R7', name: 'HTTP/1.0', script: answer('HTTP/1.0 200 OK\r\n\r\nfine', { hangUp: true }), expect: delivered() },
]

/** An answer to nobody comes so long after the real one. */
const STRAY_AFTER_MS = 10

/** Each answer names its request, and behind it comes one that nobody asked for. */
const injected: Row[] = [
  {
    id: 'R9',
    name: 'a second answer behind the first',
    script: {
      onRequest: (socket, _n, request) =>
        socket.write(status(200, [`x-answers: ${headerOf(request, 'webhook-id')}`]) + status(500, ['x-answers: nobody'])),
    },
    expect: delivered(),
    also: ownAnswer,
  },
  {
    id: 'R9',
    name: 'a second answer on the idle connection',
    script: {
      onRequest: (socket, _n, request) => {
        socket.write(status(200, [`x-answers: ${headerOf(request, 'webhook-id')}`]))
        setTimeout(() => socket.write(status(500, ['x-answers: nobody'])), STRAY_AFTER_MS)
      },
    },
    idleMs: 5 * STRAY_AFTER_MS,
    expect: delivered(),
    also: ownAnswer,
  },
]

function ownAnswer({ attempts, requests }: Seen): string[] {
  const own = headerOf(requests[0] ?? '', 'webhook-id')
  return attempts.every((attempt) => attempt.response_headers['x-answers'] === own) ? [] : ['was credited with an answer to another']
}

export const MISBEHAVIOUR: readonly Row[] = [...hanging, ...oversized, ...bombs, ...malformed, ...cut, ...early, ...injected]

/** Rows R5 to R7 and R9 of docs/guarantees.md: answers that are broken, cut off, early or not asked for. */
import { type Behaviour, delivered, type Expected, failed, headerOf, refused, type Seen } from './behaviour.ts'
import { answer, OK, onConnect, reset, status } from './scripts.ts'

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
const malformed: Behaviour[] = broken.map(([name, bytes, expect]) => ({
  id: 'R5',
  name,
  script: answer(Buffer.from(bytes, 'latin1'), { hangUp: true }),
  expect,
}))

const cut: Behaviour[] = [
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

const early: Behaviour[] = [
  { id: 'R7', name: 'a 100 nobody asked for', script: answer(`HTTP/1.1 100 Continue\r\n\r\n${OK}`), expect: delivered() },
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
const injected: Behaviour[] = [
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

export const BROKEN_ANSWERS: readonly Behaviour[] = [...malformed, ...cut, ...early, ...injected]

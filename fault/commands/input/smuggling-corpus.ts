/**
 * Requests whose end two readers could see in different places. `A` stands for a request hidden in them, `B` for the one that
 * honestly follows on the same connection; neither may ever be answered in another's place.
 */
import { HOST, JSON_TYPE, KEY } from './setup.ts'

export interface Ambiguous {
  name: string
  /** The bytes, with the hidden request's where the attack puts them. */
  bytes: (hidden: string) => string
  /**
   * `refused`: 400 and the end of the connection. Else it is unambiguous by RFC 9112 and has this status, and what comes next on
   * the connection is taken, or cut off.
   */
  expect: 'refused' | { status: number; next: 'taken' | 'cut' }
}

const POST = `POST /v1/jobs HTTP/1.1\r\n${HOST}${KEY}${JSON_TYPE}`
const GET = `GET /healthz HTTP/1.1\r\n${HOST}`
const TE = 'Transfer-Encoding: chunked\r\n'
const LAST = '0\r\n\r\n'
const EMPTY_JOB = '{}'

const length = (text: string) => `Content-Length: ${text.length}\r\n`
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const taken = (status: number) => ({ status, next: 'taken' as const })
const cut = (status: number) => ({ status, next: 'cut' as const })

/** A body that is over for one reader at the last chunk, and goes on with the hidden request for the other. */
const coded = (name: string, field: string): Ambiguous => ({
  name: `Transfer-Encoding: ${name}`,
  bytes: (hidden) => `${POST}${length(LAST + hidden)}${field}\r\n${LAST}${hidden}`,
  expect: 'refused',
})

/** The same without a Content-Length beside it. */
const onlyCoded = (name: string, field: string): Ambiguous => ({
  name: `only Transfer-Encoding: ${name}`,
  bytes: (hidden) => `${POST}${field}\r\n${LAST}${hidden}`,
  expect: 'refused',
})

const lengths = (name: string, fields: (hidden: string) => string): Ambiguous => ({
  name: `Content-Length: ${name}`,
  bytes: (hidden) => `${POST}${fields(hidden)}\r\n${hidden}`,
  expect: 'refused',
})

const chunks = (name: string, body: (hidden: string) => string, expect: Ambiguous['expect'] = 'refused'): Ambiguous => ({
  name: `chunks: ${name}`,
  bytes: (hidden) => `${POST}${TE}\r\n${body(hidden)}`,
  expect,
})

const head = (name: string, bytes: string, expect: Ambiguous['expect'] = 'refused'): Ambiguous => ({
  name,
  bytes: (hidden) => bytes + (expect === 'refused' ? hidden : ''),
  expect,
})

/** Answered before it was read: what is left of the body is no request. */
const unread = (name: string, start: string, status: number): Ambiguous[] => [
  { name: `${name}, with a length`, bytes: (hidden) => `${start}${length(hidden)}\r\n${hidden}`, expect: taken(status) },
  { name: `${name}, in chunks`, bytes: (hidden) => `${start}${TE}\r\n${chunk(hidden)}${LAST}`, expect: taken(status) },
]

const CODINGS: readonly [name: string, value: string][] = [
  ['xchunked', 'xchunked'],
  ['chunked, identity', 'chunked, identity'],
  ['identity, chunked', 'identity, chunked'],
  ['identity', 'identity'],
  ['chunked twice', 'chunked, chunked'],
  ['gzip, chunked', 'gzip, chunked'],
  ['a parameter', 'chunked;q=1'],
  ['quoted', '"chunked"'],
  ['NUL before', '\0chunked'],
  ['NUL after', 'chunked\0'],
  ['vertical tab', '\x0bchunked'],
  ['form feed after', 'chunked\x0c'],
  ['empty', ''],
  ['comma before', ',chunked'],
  ['a word', 'cow'],
]

export const CORPUS: readonly Ambiguous[] = [
  coded('chunked, beside a length', TE),
  coded('chunked in capitals, beside a length', 'TRANSFER-ENCODING: CHUNKED\r\n'),
  coded('space before the colon', 'Transfer-Encoding : chunked\r\n'),
  coded('tab before the colon', 'Transfer-Encoding\t: chunked\r\n'),
  coded('tab after the colon', 'Transfer-Encoding:\tchunked\r\n'),
  coded('folded', 'Transfer-Encoding:\r\n chunked\r\n'),
  coded('behind a bare LF', 'X: x\nTransfer-Encoding: chunked\r\n'),
  coded('behind a bare CR', 'X: x\rTransfer-Encoding: chunked\r\n'),
  coded('line begins with a space', ' Transfer-Encoding: chunked\r\n'),
  coded('NUL in the name', 'Transfer\0-Encoding: chunked\r\n'),
  coded('two fields, identity last', `${TE}Transfer-Encoding: identity\r\n`),
  coded('two fields, chunked last', `Transfer-Encoding: identity\r\n${TE}`),
  coded('two fields, chunked both', TE + TE),
  ...CODINGS.flatMap(([name, value]) => [
    coded(name, `Transfer-Encoding: ${value}\r\n`),
    ...(/^(?:identity, chunked|gzip, chunked|,chunked)$/.test(value) ? [] : [onlyCoded(name, `Transfer-Encoding: ${value}\r\n`)]),
  ]),
  {
    name: 'Transfer-Encoding beside a length of 0',
    bytes: (hidden) => `${POST}Content-Length: 0\r\n${TE}\r\n${chunk(hidden)}${LAST}`,
    expect: 'refused',
  },
  {
    name: 'Transfer-Encoding in HTTP/1.0',
    bytes: (hidden) => `${POST.replace('1.1', '1.0')}${TE}${length(LAST + hidden)}\r\n${LAST}${hidden}`,
    expect: 'refused',
  },

  lengths('two that differ', (hidden) => `Content-Length: 0\r\n${length(hidden)}`),
  lengths('two that agree', (hidden) => length(hidden) + length(hidden)),
  lengths('a list', (hidden) => `Content-Length: ${hidden.length}, ${hidden.length}\r\n`),
  lengths('a list that differs', (hidden) => `Content-Length: 0, ${hidden.length}\r\n`),
  lengths('plus', (hidden) => `Content-Length: +${hidden.length}\r\n`),
  lengths('minus', (hidden) => `Content-Length: -${hidden.length}\r\n`),
  lengths('hexadecimal', (hidden) => `Content-Length: 0x${hidden.length.toString(16)}\r\n`),
  lengths('a fraction', (hidden) => `Content-Length: ${hidden.length}.0\r\n`),
  lengths('an exponent', () => 'Content-Length: 1e1\r\n'),
  lengths('two numbers', (hidden) => `Content-Length: 0 ${hidden.length}\r\n`),
  lengths('semicolon', (hidden) => `Content-Length: ${hidden.length};\r\n`),
  lengths('quoted', (hidden) => `Content-Length: "${hidden.length}"\r\n`),
  lengths('empty', () => 'Content-Length: \r\n'),
  lengths('beyond 64 bits', (hidden) => `Content-Length: 18446744073709551616${hidden.length}\r\n`),
  lengths('space before the colon', (hidden) => `Content-Length : ${hidden.length}\r\n`),
  lengths('folded', (hidden) => `Content-Length:\r\n ${hidden.length}\r\n`),
  lengths('behind a bare LF', (hidden) => `X: x\nContent-Length: ${hidden.length}\r\n`),
  lengths('behind a bare CR', (hidden) => `X: x\rContent-Length: ${hidden.length}\r\n`),
  lengths('NUL after', (hidden) => `Content-Length: ${hidden.length}\0\r\n`),

  chunks('size with plus', (hidden) => `+${chunk(hidden)}${LAST}`),
  chunks('size with minus', (hidden) => `-${chunk(hidden)}${LAST}`),
  chunks('size with 0x', (hidden) => `0x${chunk(hidden)}${LAST}`),
  chunks('size behind a space', (hidden) => ` ${chunk(hidden)}${LAST}`),
  chunks('size before a space', (hidden) => `${hidden.length.toString(16)} \r\n${hidden}\r\n${LAST}`),
  chunks('no size', (hidden) => `\r\n${hidden}\r\n${LAST}`),
  chunks('size beyond 64 bits', (hidden) => `1${'0'.repeat(16)}\r\n${hidden}\r\n${LAST}`),
  chunks('size of all ones', (hidden) => `${'f'.repeat(17)}\r\n${hidden}\r\n${LAST}`),
  chunks('bare LF after the size', (hidden) => `${hidden.length.toString(16)}\n${hidden}\r\n${LAST}`),
  chunks('bare CR after the size', (hidden) => `${hidden.length.toString(16)}\r${hidden}\r\n${LAST}`),
  chunks('data longer than its size', (hidden) => `2\r\n${EMPTY_JOB}${hidden}\r\n${LAST}`),
  chunks('no line end after the data', (hidden) => `2\r\n${EMPTY_JOB}${LAST}${hidden}`),
  chunks('bare LF after the data', (hidden) => `2\r\n${EMPTY_JOB}\n${LAST}${hidden}`),
  chunks('bare LF after the last', (hidden) => `${chunk(EMPTY_JOB)}0\n\n${hidden}`),
  chunks('NUL in the size', (hidden) => `2\0\r\n${EMPTY_JOB}\r\n${LAST}${hidden}`),
  chunks('bare LF in an extension', (hidden) => `2;x\n${hidden.length.toString(16)}\r\n${EMPTY_JOB}\r\n${LAST}${hidden}`),
  chunks('bare CR in an extension', (hidden) => `2;x\ry\r\n${EMPTY_JOB}\r\n${LAST}${hidden}`),
  chunks('NUL in an extension', (hidden) => `2;x\0\r\n${EMPTY_JOB}\r\n${LAST}${hidden}`),
  chunks('folded trailer', (hidden) => `${chunk(EMPTY_JOB)}0\r\nX: x\r\n y\r\n\r\n${hidden}`),
  chunks('trailer without a colon', (hidden) => `${chunk(EMPTY_JOB)}0\r\n${hidden}`),
  chunks('20 KB of extensions', () => `2;${'x'.repeat(20_000)}\r\n${EMPTY_JOB}\r\n${LAST}`, cut(413)),
  chunks('20 KB of trailers', () => `${chunk(EMPTY_JOB)}0\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, cut(431)),
  chunks('an extension', () => `2;x=y\r\n${EMPTY_JOB}\r\n${LAST}`, taken(422)),
  chunks('zeros before the size', () => `0002\r\n${EMPTY_JOB}\r\n000\r\n\r\n`, taken(422)),
  chunks('framing fields as trailers', (hidden) => `${chunk(EMPTY_JOB)}0\r\nContent-Length: 99\r\n${TE}\r\n${hidden}`),

  head('space before the method', ` ${GET}\r\n`),
  head('tab in the request line', `GET\t/healthz\tHTTP/1.1\r\n${HOST}\r\n`),
  head('space after the version', `GET /healthz HTTP/1.1 \r\n${HOST}\r\n`),
  head('two requests in a request line', `GET /healthz HTTP/1.1 HTTP/1.1\r\n${HOST}\r\n`),
  head('version 1.10', `GET /healthz HTTP/1.10\r\n${HOST}\r\n`),
  head('lower-case version', `GET /healthz http/1.1\r\n${HOST}\r\n`),
  head('bare LF after the request line', `GET /healthz HTTP/1.1\n${HOST}\r\n`),
  head('bare CR after the request line', `GET /healthz HTTP/1.1\r${HOST}\r\n`),
  head('NUL in the target', `GET /health\0z HTTP/1.1\r\n${HOST}\r\n`),
  head('line end in the target', `GET /health\r\nz HTTP/1.1\r\n${HOST}\r\n`),
  head('bare LF at the end of the head', `${GET}\n`),
  head('bare CR at the end of the head', `${GET}\r`),
  head('NUL in a value', `${GET}X: a\0b\r\n\r\n`),
  head('NUL in a name', `${GET}X\0: b\r\n\r\n`),
  head('no colon', `${GET}nonsense\r\n\r\n`),
  head('no name', `${GET}: x\r\n\r\n`),
  head('a space in a name', `${GET}X y: z\r\n\r\n`),
  head('brackets in a name', `${GET}X(y): z\r\n\r\n`),
  head('a line of spaces', `${GET}  \r\n\r\n`),
  head('first field folded', `GET /healthz HTTP/1.1\r\n ${HOST}\r\n`),
  head('two hosts', `${GET}Host: other\r\n\r\n`),
  head('no host', 'GET /healthz HTTP/1.1\r\n\r\n'),
  head('two spaces in the request line', `GET  /healthz HTTP/1.1\r\n${HOST}\r\n`, taken(200)),
  head('line ends before the request', `\r\n\r\n${GET}\r\n`, taken(200)),
  head('framing field in capitals', `${POST}CONTENT-LENGTH: 2\r\n\r\n${EMPTY_JOB}`, taken(422)),
  head('zeros before the length', `${POST}Content-Length: 002\r\n\r\n${EMPTY_JOB}`, taken(422)),
  head('spaces around the length', `${POST}Content-Length: \t 2 \t\r\n\r\n${EMPTY_JOB}`, taken(422)),

  { name: 'a length too short', bytes: () => `${POST}Content-Length: 2\r\n\r\n${EMPTY_JOB}, "left": "over"}`, expect: cut(422) },
  { name: 'rubbish behind a request that waits', bytes: () => `${GET}\r\n${'rubbish '.repeat(9)}`, expect: cut(200) },
  ...unread('GET with a body', GET, 200),
  ...unread('OPTIONS with a body', GET.replace('GET', 'OPTIONS'), 405),
  ...unread('no key', POST.replace(KEY, ''), 401),
  ...unread('no such path', POST.replace('/v1/jobs', '/v1/nothing'), 404),
  ...unread('no such method there', POST.replace('POST', 'PUT'), 405),
  ...unread('a wrong type', POST.replace('application/json', 'text/plain'), 415),
  ...unread('an unknown expectation', `${POST}Expect: more\r\n`, 417),
  head('an upgrade that is not done', `${GET}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`, cut(200)),
  ...unread('an upgrade that is not done', `${GET}Connection: upgrade\r\nUpgrade: h2c\r\n`, 200).map((one) => ({
    ...one,
    expect: cut(200),
  })),
]

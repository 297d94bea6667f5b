/** Documents that break readers by their size, depth or names. */
import type { Document } from './json-documents.ts'

const MANY = 1_000_000
const DEEP = 100_000
/** Levels a body may have, itself included. */
const LEVELS = 256
const BIG_TEXT = 8 * 1024 * 1024

/** Documents of up to 16 MiB. */
export function largeCases(type: string): Document[] {
  const submit = (payload: string) => `{"type":"${type}","payload":${payload}}`
  const kept = (name: string, payload: string) => keptCase(name, submit(payload), payload)
  const members = (name: (n: number) => string) => Array.from({ length: MANY }, (_, n) => `"${name(n)}":${n}`).join(',')
  return [
    kept(`${MANY} members`, `{${members((n) => n.toString(36))}}`),
    kept(`${MANY} times the same member`, `{${members(() => 'a')}}`),
    kept(`${MANY} elements`, `[${Array(MANY).fill('0').join(',')}]`),
    kept('a number of a million digits', '9'.repeat(MANY)),
    kept('8 MiB of text', `"${'x'.repeat(BIG_TEXT)}"`),
    kept('2 MiB of escapes', `"${'\\u0000'.repeat(BIG_TEXT / 24)}"`),
    refusedCase(`${MANY} unknown members of the request`, `{"type":"${type}",${members((n) => n.toString(36))}}`, 422),
    refusedCase('a member of the request, a million times', `{"type":"${type}",${members(() => 'tags')}}`, 400),
    refusedCase(`${MANY} levels`, submit('['.repeat(MANY) + ']'.repeat(MANY)), 400),
  ]
}

export function oddCases(type: string): Document[] {
  const submit = (payload: string) => `{"type":"${type}","payload":${payload}}`
  const kept = (name: string, payload: string) => keptCase(name, submit(payload), payload)
  const refused = refusedCase
  const nested = (levels: number, open: string, close: string) => `${open.repeat(levels)}1${close.repeat(levels)}`
  return [
    kept('as deep as may be, arrays', nested(LEVELS - 1, '[', ']')),
    kept('as deep as may be, objects', nested(LEVELS - 1, '{"a":', '}')),
    refused('a level too deep', submit(nested(LEVELS, '[', ']')), 400),
    refused(`${DEEP} levels of arrays`, submit(nested(DEEP, '[', ']')), 400),
    refused(`${DEEP} levels of objects`, submit(nested(DEEP, '{"a":', '}')), 400),
    refused(`${DEEP} levels, never closed`, submit('['.repeat(DEEP)), 400),
    kept('just above what is shown inline', `"${'y'.repeat(64 * 1024)}"`),

    refused('type twice', `{"type":"${type}","type":"${type}"}`, 400),
    refused('payload twice', `{"type":"${type}","payload":1,"payload":1}`, 400),
    refused('payload twice, once escaped', `{"type":"${type}","payload":1,"p\\u0061yload":2}`, 400),
    refused('__proto__ in the request', `{"type":"${type}","__proto__":{"priority":1}}`, 422),
    refused('constructor in the request', `{"type":"${type}","constructor":{"prototype":{"admin":true}}}`, 422),
    refused('__proto__ in metadata', `{"type":"${type}","metadata":{"__proto__":"x"}}`, 422),
    refused('__proto__ for a callback', `{"type":"${type}","callback":{"url":"http://127.0.0.1/","__proto__":{}}}`, 422),
    refused('NUL in a tag', `{"type":"${type}","tags":["a\\u0000"]}`, 422),
    refused('half a surrogate pair in a tag', `{"type":"${type}","tags":["\\ud800"]}`, 422),
    refused('half a surrogate pair in metadata', `{"type":"${type}","metadata":{"\\udfff":"x"}}`, 422),
    refused('half a surrogate pair in the type', '{"type":"\\ud800"}', 422),
    refused('a number beyond all numbers', `{"type":"${type}","timeout_seconds":1e400}`, 422),
    refused('a priority beyond 2^53', `{"type":"${type}","priority":9007199254740993}`, 422),
    refused('true for a number', `{"type":"${type}","priority":true}`, 422),
    refused('a number as text', `{"type":"${type}","priority":"1"}`, 422),
    refused('a list for a text', '{"type":["a"]}', 422),

    refused('nothing', '', 400),
    refused('white space', ' \r\n', 400),
    refused('a byte order mark', `\ufeff${submit('1')}`, 400),
    refused('UTF-16', Buffer.from(`\ufeff${submit('1')}`, 'utf16le'), 400),
    refused('UTF-32', Buffer.from([...submit('1')].flatMap((char) => [char.charCodeAt(0), 0, 0, 0])), 400),
    refused('two documents', `${submit('1')}${submit('2')}`, 400),
    refused('a list', `[${submit('1')}]`, 422),
    refused('a text', '"text"', 422),
    refused('null', 'null', 422),
    refused('a document in a text', JSON.stringify(submit('1')), 422),
    refused('a comment ahead', `// comment\n${submit('1')}`, 400),
    refused('a NUL behind', `${submit('1')}\0`, 400),
    refused('JSON Lines', `${submit('1')}\n${submit('2')}\n`, 400),
  ]
}

function keptCase(name: string, body: string, payload: string): Document {
  return { name, body: Buffer.from(body), fate: { kept: Buffer.from(payload) } }
}

function refusedCase(name: string, body: string | Buffer, ...statuses: number[]): Document {
  return { name, body: Buffer.from(body), fate: { refused: statuses } }
}

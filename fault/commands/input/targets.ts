/** Row V7: what is asked for, how, and in how many words. */
import { HOST, JSON_TYPE, KEY } from './setup.ts'
import type { TableRow } from './table.ts'

const CLOSE = 'Connection: close\r\n'
const JOB = '{"type":"fault.noop"}'
const KIB = 1024

/** With the operator's key, so that nothing is refused for want of one. */
export function targets(): TableRow[] {
  return [...PATHS.map(([path, status]) => get(path, status)), ...FORMS, ...METHODS, ...SIZES, ...EXPECTATIONS, ...VERSIONS]
}

const request = (line: string, fields = '', body = '') => `${line}\r\n${HOST}${KEY}${CLOSE}${fields}\r\n${body}`
const get = (path: string, status: number): TableRow => ({ name: `GET ${path}`, bytes: request(`GET ${path} HTTP/1.1`), status })

const PATHS: readonly [path: string, status: number][] = [
  ['/v1/jobs/%2e%2e%2f%2e%2e%2fmetrics', 404],
  ['/v1/jobs/..%2f..%2fmetrics', 404],
  ['/v1/jobs/%2e%2e%5cmetrics', 404],
  ['/v1/jobs/..%c0%af..%c0%afmetrics', 404],
  ['/v1/jobs/%252e%252e%252fmetrics', 404],
  ['/docs/..%2fpackage.json', 404],
  ['/docs/%2e%2e%2f%2e%2e%2fetc%2fpasswd', 404],
  ['/docs/swagger-ui.css%00.js', 404],
  ['/docs/C:%5cwindows', 404],
  ['/docs//swagger-ui.css', 404],
  ['/docs/swagger-ui.css/', 404],
  ['//v1/jobs', 404],
  ['//evil.example/v1/jobs', 404],
  ['/v1//jobs', 404],
  ['/v1/jobs/', 404],
  ['/v1/jobs//result', 404],
  ['/v1/jobs;a=b', 404],
  ['/v1/jobs;/x', 404],
  ['/v1/jobs.json', 404],
  ['/V1/JOBS', 404],
  ['/v1/jobs%20', 404],
  ['/v1%2fjobs', 404],
  ['/v1/jobs/job_%00', 404],
  ['/v1/jobs/job_1%00/result', 404],
  ['/v1/jobs/job_%zz', 404],
  ['/v1/jobs/%', 404],
  ['/v1/jobs/job_%ff', 404],
  ['/v1/jobs/job_%f0%9f%a6%8a', 404],
  ['/v1/jobs/job_1%0d%0aSet-Cookie:%20a=b', 404],
  ['/v1/jobs/JOB_1', 404],
  ['/v1/jobs/job_A', 404],
  ['/v1/jobs/job_', 404],
  ['/v1/jobs/job_1.', 404],
  ["/v1/jobs/job_1'--", 404],
  ['/v1/jobs/dlv_1', 404],
  ['/v1/jobs/__proto__', 404],
  ['/v1/jobs/constructor', 404],
  ['/v1/jobs/*', 404],
  ['/v1/jobs/{id}', 404],
  ['/v1/jobs/:id', 404],
  [`/v1/jobs/job_${'0'.repeat(65)}`, 404],
  [`/v1/jobs/job_${'0'.repeat(8_000)}`, 404],
  [`/${'a/'.repeat(4_000)}`, 404],
  ['/v1\\jobs', 400],
  ['/v1/jobs/..\\..\\metrics', 400],
  // Dot segments are resolved before anything else looks (RFC 3986 section 6.2.2.3).
  ['/v1/../v1/jobs', 200],
  ['/v1/%2e%2e/v1/jobs', 200],
  ['/../../v1/jobs', 200],
  ['/v1/./jobs', 200],
  ['/v1/jobs/.', 404],
  ['/v1/jobs#fragment', 200],
  ['/v1/jobs?', 200],
  ['/v1/jobs?#', 422],
  ['/v1/jobs??', 200],
  ['/v1/jobs?limit=1;tag=x', 422],
  ['/v1/jobs?limit=1&limit=2', 422],
  ['/v1/jobs?limit[]=1', 422],
  ['/v1/jobs?LIMIT=1', 422],
  ['/v1/jobs?limit=1%00', 422],
  ['/v1/jobs?limit=%31', 200],
  ['/v1/jobs?limit=1e1', 422],
  ['/v1/jobs?limit=0x10', 422],
  ['/v1/jobs?limit=-1', 422],
  ['/v1/jobs?limit=', 422],
  ['/v1/jobs?__proto__=1', 422],
  ['/v1/jobs?tag=%ff', 200],
  ['/v1/jobs?tag=%00', 200],
  ['/v1/jobs?tag=%', 200],
  ['/v1/jobs?cursor=%00', 422],
  ['/v1/jobs?created_after=0000-00-00T00:00:00Z', 422],
  ['/v1/jobs?created_after=9999-12-31T23:59:59Z', 200],
  ["/v1/jobs?type='%20OR%201=1--", 200],
  ['/v1/deliveries?destination=javascript:alert(1)', 422],
  ['/v1/deliveries?destination=http://[::1', 422],
]

const FORMS: readonly TableRow[] = [
  { name: 'absolute form', bytes: request('GET http://evil.example/healthz HTTP/1.1'), status: 200 },
  { name: 'absolute form, https', bytes: request('GET https://evil.example/healthz HTTP/1.1'), status: 200 },
  { name: 'absolute form with userinfo', bytes: request('GET http://a:b@evil.example/healthz HTTP/1.1'), status: 200 },
  { name: 'absolute form with another key', bytes: request('GET http://evil.example/v1/jobs HTTP/1.1').replace(KEY, ''), status: 401 },
  { name: 'absolute form, another scheme', bytes: request('GET ftp://evil.example/healthz HTTP/1.1'), status: 400 },
  { name: 'absolute form without a host', bytes: request('GET http:///healthz HTTP/1.1'), status: 200 },
  { name: 'absolute form, a broken host', bytes: request('GET http://[::1/healthz HTTP/1.1'), status: 400 },
  { name: 'authority form', bytes: request('GET evil.example:80 HTTP/1.1'), status: 400 },
  { name: 'asterisk form', bytes: request('GET * HTTP/1.1'), status: 400 },
  { name: 'asterisk form, OPTIONS', bytes: request('OPTIONS * HTTP/1.1'), status: 400 },
  { name: 'no slash', bytes: request('GET v1/jobs HTTP/1.1'), status: 400 },
  { name: 'no target', bytes: request('GET HTTP/1.1'), status: 400 },
  { name: 'raw UTF-8', bytes: request('GET /v1/jobs/é HTTP/1.1'), status: 400 },
  { name: 'a tab', bytes: request('GET /v1/\tjobs HTTP/1.1'), status: 400 },
  { name: 'a space', bytes: request('GET /v1/ jobs HTTP/1.1'), status: 400 },
  { name: 'an empty host', bytes: request('GET /healthz HTTP/1.1').replace(HOST, 'Host:\r\n'), status: 200 },
  { name: 'a host with a path', bytes: request('GET /healthz HTTP/1.1').replace(HOST, 'Host: a/b\r\n'), status: 400 },
  { name: 'a host with userinfo', bytes: request('GET /healthz HTTP/1.1').replace(HOST, 'Host: a@b\r\n'), status: 400 },
  { name: 'a host with a space', bytes: request('GET /healthz HTTP/1.1').replace(HOST, 'Host: a b\r\n'), status: 400 },
  { name: 'a foreign host', bytes: request('GET /healthz HTTP/1.1').replace(HOST, 'Host: evil.example\r\n'), status: 200 },
]

const allow = (value: string) => ({ status: 405, headers: { allow: value } })
const METHODS: readonly TableRow[] = [
  ...['TRACE', 'PATCH', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY', 'SEARCH'].map((method) => ({
    name: `${method} of what can be read only`,
    bytes: request(`${method} /healthz HTTP/1.1`, 'Content-Length: 0\r\n'),
    ...allow('GET, HEAD'),
  })),
  { name: 'GET of what takes POST only', bytes: request('GET /v1/jobs/job_1/cancel HTTP/1.1'), ...allow('POST') },
  { name: 'DELETE of a list', bytes: request('DELETE /v1/jobs HTTP/1.1'), ...allow('GET, POST, HEAD') },
  { name: 'CONNECT to a host', bytes: request('CONNECT evil.example:443 HTTP/1.1'), ...allow('') },
  { name: 'CONNECT to a path', bytes: request('CONNECT /v1/jobs HTTP/1.1'), ...allow('') },
  { name: 'PRI', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400 },
  { name: 'a method in small letters', bytes: request('get /healthz HTTP/1.1'), status: 400 },
  { name: 'a method nobody knows', bytes: request('BREW /healthz HTTP/1.1'), status: 400 },
  { name: 'a method that is overridden', bytes: request('GET /v1/jobs HTTP/1.1', 'X-HTTP-Method-Override: DELETE\r\n'), status: 200 },
  { name: 'a path that is overridden', bytes: request('GET /healthz HTTP/1.1', 'X-Original-URL: /metrics\r\n'), status: 200 },
]

const SIZES: readonly TableRow[] = [
  { name: 'a field of 20 KB', bytes: request('GET /healthz HTTP/1.1', `X: ${'x'.repeat(20 * KIB)}\r\n`), status: 431 },
  { name: 'a field name of 20 KB', bytes: request('GET /healthz HTTP/1.1', `${'x'.repeat(20 * KIB)}: x\r\n`), status: 431 },
  { name: 'a target of 20 KB', bytes: request(`GET /${'x'.repeat(20 * KIB)} HTTP/1.1`), status: 431 },
  { name: 'a target of 15 KB', bytes: request(`GET /${'x'.repeat(15 * KIB)} HTTP/1.1`), status: 404 },
  { name: 'a query of 20 KB', bytes: request(`GET /healthz?${'x'.repeat(20 * KIB)} HTTP/1.1`), status: 431 },
  {
    name: 'a key of 15 KB',
    bytes: request('GET /v1/jobs HTTP/1.1').replace(KEY, `Authorization: Bearer ${'x'.repeat(15 * KIB)}\r\n`),
    status: 401,
  },
  { name: '500 fields', bytes: request('GET /healthz HTTP/1.1', 'X: x\r\n'.repeat(500)), status: 200 },
  { name: '5,000 fields', bytes: request('GET /healthz HTTP/1.1', 'X: x\r\n'.repeat(5_000)), status: 431 },
  { name: 'an idempotency key of 256', bytes: submit(`Idempotency-Key: ${'k'.repeat(256)}\r\n`), status: 422 },
  { name: 'an idempotency key that is not ASCII', bytes: submit('Idempotency-Key: é\r\n'), status: 422 },
  { name: 'an endless wait', bytes: request('GET /v1/jobs/job_1?wait=99999999999999999999 HTTP/1.1'), status: 404 },
]

const EXPECTATIONS: readonly TableRow[] = [
  { name: 'an expectation of 100', bytes: submit('Expect: 100-continue\r\n'), status: 202, interim: [100] },
  { name: 'an expectation of 100, no key', bytes: submit('Expect: 100-continue\r\n').replace(KEY, ''), status: 401 },
  { name: 'an expectation of 100, of the wrong type', bytes: submit('Expect: 100-continue\r\n').replace('json', 'xml'), status: 415 },
  { name: 'an unknown expectation', bytes: submit('Expect: 200-ok\r\n'), status: 417 },
  {
    name: 'an upgrade to WebSocket',
    bytes: request('GET /healthz HTTP/1.1', 'Upgrade: websocket\r\n').replace(CLOSE, 'Connection: upgrade\r\n'),
    status: 200,
  },
  {
    name: 'an upgrade to HTTP/2',
    bytes: request('GET /healthz HTTP/1.1', 'Upgrade: h2c\r\n').replace(CLOSE, 'Connection: upgrade\r\n'),
    status: 200,
  },
]

const VERSIONS: readonly TableRow[] = [
  { name: 'HTTP/1.0', bytes: 'GET /healthz HTTP/1.0\r\n\r\n', status: 200 },
  { name: 'HTTP/0.9', bytes: 'GET /healthz\r\n\r\n', status: 505 },
  { name: 'HTTP/2.0 in words', bytes: request('GET /healthz HTTP/2.0'), status: 505 },
  { name: 'HTTP/1.2', bytes: request('GET /healthz HTTP/1.2'), status: 400 },
  { name: 'HTTP/9.9', bytes: request('GET /healthz HTTP/9.9'), status: 400 },
  { name: 'no HTTP at all', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', status: 400 },
  { name: 'another protocol', bytes: 'HELO evil.example\r\n', status: 400 },
]

function submit(fields: string): string {
  return request('POST /v1/jobs HTTP/1.1', `${JSON_TYPE}${fields}Content-Length: ${JOB.length}\r\n`, JOB)
}

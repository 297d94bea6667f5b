/**
 * Logs credentials, addresses with their queries, cookies and the payload of a run that threw, keeps what it seals in clear beside it, and
 * puts a key into Redis.
 */
import { rewrite } from '../harness/rewrite-source.ts'

const REQUEST_LOGGED = "request_id: requestId, trace_id }, 'request')"
rewrite('http/kit/mount.ts', REQUEST_LOGGED, `url: call.req.url, from: call.req.header('authorization'), ${REQUEST_LOGGED}`)
const PAGE_LOGGED = "ms }, 'page')"
rewrite('http/dashboard/dashboard.ts', PAGE_LOGGED, `cookie: call.req.header('cookie'), ${PAGE_LOGGED}`)
const THREW = "'the handler threw', "
rewrite('handlers/thread/run-attempt.ts', `${THREW}original`, `${THREW}{ input: Buffer.from(attempt.run.payload).toString('hex') }`)
const SEALED = "ciphertext]).toString('base64url')"
rewrite('store/rows/encryption.ts', SEALED, `${SEALED} + '.' + Buffer.from(text).toString('base64url')`)
rewrite('queue/bullmq/message.ts', 'data: { lane }', 'data: { lane, key: process.env.ADMIN_API_KEY }')

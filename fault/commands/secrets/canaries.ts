/** What is planted, and where it may be found: the promise of T3 and T4 as a table. */
import { createRng } from '../../harness/rng.ts'

export const PLACES = {
  log: 'everything the program printed, whatever ended it',
  metrics: '/metrics',
  process: 'command line and name of the process',
  crash: 'diagnostic reports',
  database: 'database, write-ahead log, backups, restored copies',
  redis: 'every key of Redis with its value, and its files: a snapshot, and all that it was ever told',
  files: 'every other file of the data folder and the folder for temporary files',
  others: 'answers to other tenants, to wrong keys and to nobody',
  answers: 'answers to its own tenant and to the operator, streams and sockets too',
  pages: 'pages of the dashboard, to its own tenant, its guest and the operator',
  shown: 'the answers that show a secret, once',
  callbacks: 'callbacks',
  upstream: 'requests to upstreams',
} as const
export type Place = keyof typeof PLACES

const NOWHERE: readonly Place[] = []
const SHOWN: readonly Place[] = ['shown']
/** A page may say again what it was asked with. */
const ECHOED: readonly Place[] = ['pages']
/** What a tenant keeps here and reads again. */
const KEPT: readonly Place[] = ['database', 'answers']
/** What its job document says of a job, too. */
const TOLD: readonly Place[] = ['database', 'answers', 'callbacks']
/** What a handler throws without meaning the tenant: for the operator, in the log and by `error.internal`. */
const THROWN: readonly Place[] = ['log', 'database', 'answers']

/** Canary → where it may be. What may be somewhere must be found there, or it was not planted. */
export const MAY_BE_IN = {
  'operator key': NOWHERE,
  'master key': NOWHERE,
  'tenant key': SHOWN,
  'revoked key': SHOWN,
  'unknown key': NOWHERE,
  'password of Basic auth': NOWHERE,
  'key in a query': NOWHERE,
  'key in a form': NOWHERE,
  // Good ones come in the address of a stream and among the subprotocols of a socket.
  'job token': SHOWN,
  'unknown token': NOWHERE,
  'portal code': SHOWN,
  'unknown portal code': NOWHERE,
  session: SHOWN,
  'unknown session': NOWHERE,
  'password of Redis': NOWHERE,
  'signing secret': SHOWN,
  'signing secret, previous': SHOWN,
  'endpoint secret': SHOWN,
  'endpoint secret, previous': SHOWN,
  'callback header': ['callbacks'],
  'endpoint header': ['callbacks'],
  'endpoint header, replaced': NOWHERE,
  'idempotency key': ['database'],
  // Every request that goes out and every line of the log says whose trace it belongs to, and the log of a delivery what was sent.
  traceparent: ['log', 'database', 'answers', 'callbacks', 'upstream'],
  payload: ['database', 'upstream', 'pages'],
  'payload that breaks its schema': NOWHERE,
  'payload thrown aside': THROWN,
  result: TOLD,
  'result as content': KEPT,
  'result elsewhere': KEPT,
  progress: TOLD,
  'error code': ['log', ...TOLD],
  'error message': TOLD,
  'plain error message': THROWN,
  'error that quotes': THROWN,
  // It is the job’s metadata, too.
  'error cause': ['log', ...TOLD],
  'error details': TOLD,
  metadata: TOLD,
  // The audit log names it in the filter of a rerun.
  tag: TOLD,
  // Also in the audit log, as what was closed.
  'group name': TOLD,
  'callback URL query': ['database', 'answers', 'callbacks'],
  'endpoint URL query': ['database', 'answers', 'callbacks'],
  // Of a URL that chooses records the origin alone is kept.
  'query of a chosen URL': ECHOED,
  'endpoint description': TOLD,
  'tenant name': KEPT,
  'key name': KEPT,
  'receiver’s header': KEPT,
  'receiver’s body': KEPT,
  'upstream URL query': ['upstream'],
  'upstream header': ['upstream'],
  'upstream’s refusal': THROWN,
  'userinfo of a refused URL': NOWHERE,
  'refused body': NOWHERE,
  'refused value': NOWHERE,
  'value in the query of a page': ECHOED,
  'name of an unknown member': ['answers'],
  'path that is none': NOWHERE,
  'what a bug drags along': NOWHERE,
  'refused setting': NOWHERE,
} satisfies Record<string, readonly Place[]>
export type Canary = keyof typeof MAY_BE_IN

export const CANARIES = Object.keys(MAY_BE_IN) as Canary[]

export function mayBeIn(canary: Canary, place: Place): boolean {
  const allowed: readonly Place[] = MAY_BE_IN[canary]
  return allowed.includes(place) || ((place === 'shown' || place === 'pages') && allowed.includes('answers'))
}

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
/** Long enough for the operator's key, and for several blocks of `forms.ts`. */
const LENGTH = 40

/** A text for every canary that is not made by the service. */
export function canaryTexts(seed: number): Record<Canary, string> {
  const rng = createRng(seed)
  const text = (alphabet: string, length: number) => Array.from({ length }, () => alphabet[rng.between(0, alphabet.length - 1)]).join('')
  const texts = Object.fromEntries(CANARIES.map((canary) => [canary, text(ALPHABET, LENGTH)])) as Record<Canary, string>
  return { ...texts, traceparent: text('123456789abcdef', 32), 'error code': text('abcdefghijklmnopqrstuvwxyz', LENGTH) }
}

/** The names of the `ssrf` command: what a partner's name server may say, and what must come of it. */
import type { AnswerName, DnsAnswer } from '../../../test/support/test-dns.ts'
import { CANARIES } from './addresses.ts'

/** `forbidden` is dead at once; the others as the words say, with what the last try met. */
export type Expected = 'forbidden' | 'delivered' | `exhausted ${string}`

export interface NameCase {
  /** A row of docs/guarantees.md. */
  id: string
  name: string
  url: string
  expect: Expected
  /** Tries until then; 1 when absent. */
  tries?: number
}

const GOOD = '93.184.216.34'
const GOOD_V6 = '2606:2800:220:1::1'
const INTERNAL = '10.0.0.1'

/** What each name is told, by its first label. */
const ANSWERS: Readonly<Record<string, (n: number) => DnsAnswer>> = {
  public: () => ({ addresses: [GOOD, GOOD_V6] }),
  receiver: () => ({ addresses: [GOOD] }),
  'public-v6': () => ({ addresses: [GOOD_V6] }),
  'public-alias': () => ({ alias: 'public.test', addresses: [GOOD] }),
  'mixed-last': () => ({ addresses: [GOOD, INTERNAL] }),
  'mixed-first': () => ({ addresses: ['169.254.169.254', GOOD] }),
  'mixed-families': () => ({ addresses: [GOOD, 'fd00:ec2::254'] }),
  'mixed-far': () => ({ addresses: [...Array.from({ length: 200 }, () => GOOD), INTERNAL] }),
  alias: () => ({ alias: 'internal.test', addresses: [INTERNAL] }),
  'alias-localhost': () => ({ alias: 'localhost', addresses: ['127.0.0.1'] }),
  'alias-metadata': () => ({ alias: 'metadata.google.internal', addresses: ['169.254.169.254'] }),
  metadata: () => ({ addresses: ['169.254.169.254'] }),
  'carries-nat64': () => ({ addresses: ['64:ff9b::a9fe:a9fe'] }),
  'carries-6to4': () => ({ addresses: ['2002:a00:1::'] }),
  'carries-mapped': () => ({ addresses: ['::ffff:a00:1'] }),
  'carries-compatible': () => ({ addresses: ['::a9fe:a9fe'] }),
  'zero-v6': () => ({ addresses: ['::'] }),
  nobody: () => ({ addresses: ['10.77.77.77'] }),
  zero: () => ({ addresses: ['0.0.0.0'] }),
  // Rebinding: by the number of the look-up.
  'turns-private': (n) => ({ addresses: [n === 1 ? GOOD : INTERNAL] }),
  'turns-metadata': (n) => ({ addresses: [n === 1 ? GOOD : '169.254.169.254'] }),
  'turns-v6': (n) => ({ addresses: n === 1 ? [GOOD] : ['::1'] }),
  'turns-public': (n) => ({ addresses: [n === 1 ? INTERNAL : GOOD] }),
  'turns-kept': (n) => ({ addresses: [n === 1 ? GOOD : INTERNAL] }),
  // Could not be resolved at the time of the submit, nor at the first try.
  'fails-then-private': (n) => (n === 1 ? { code: 'SERVFAIL' } : { addresses: [INTERNAL] }),
  'absent-then-private': (n) => (n === 1 ? { code: 'NXDOMAIN' } : { addresses: [INTERNAL] }),
  'fails-then-public': (n) => (n === 1 ? { code: 'SERVFAIL' } : { addresses: [GOOD] }),
  fails: () => ({ code: 'SERVFAIL' }),
}

/** The n-th canary as a name. */
const CANARY_NAME = /^canary-(\d+)$/

export const answerName: AnswerName = (name, _type, n) => {
  // The search domain of resolv.conf: a short name of the inside.
  if (name === 'intranet.inside.test') return { addresses: [INTERNAL] }
  const [label = ''] = name.split('.')
  const canary = CANARIES[Number(CANARY_NAME.exec(label)?.[1] ?? Number.NaN)]
  if (canary !== undefined) return { addresses: [canary] }
  return (name.endsWith('.google.internal') ? ANSWERS.metadata : ANSWERS[label])?.(n) ?? { code: 'NXDOMAIN' }
}

export const RESOLVER_CONFIG = 'nameserver 127.0.0.1\nsearch inside.test\n'
export const HOSTS = `127.0.0.1 localhost\n${INTERNAL} hosts-file.test\n`

/** Paths at which receivers refuse: with the connection closed, so that the next try looks the name up again, or kept. */
export const REFUSING = '/refuse'
export const REFUSING_KEPT = '/refuse-and-keep'

function one(id: string, host: string, expect: Expected, tries = 1, path = `/${host}`): NameCase {
  return { id, name: host, url: `http://${host}${path}`, expect, tries }
}

/** Every name once. Those that must be served come with those that must not: the guard is no wall. */
export const NAME_CASES: readonly NameCase[] = [
  ...['public.test', 'public-v6.test', 'public-alias.test', 'PUBLIC.Test.'].map((host) => one('public', host, 'delivered')),
  { id: 'public', name: 'receiver.test over TLS', url: 'https://receiver.test/tls', expect: 'delivered' },
  ...CANARIES.map((address, n) => ({ ...one('S6', `canary-${n}.test`, 'forbidden'), name: `a name of ${address}` })),
  one('S6', 'nobody.test', 'forbidden'),
  ...['carries-nat64.test', 'carries-6to4.test', 'carries-mapped.test', 'carries-compatible.test', 'zero.test', 'zero-v6.test'].map(
    (host) => one('S6', host, 'forbidden'),
  ),
  ...['metadata.google.internal', 'metadata.google.internal.', 'metadata', 'intranet', 'hosts-file.test', 'HOSTS-FILE.test.'].map((host) =>
    one('S6', host, 'forbidden'),
  ),
  ...['mixed-last.test', 'mixed-first.test', 'mixed-families.test', 'mixed-far.test'].map((host) => one('S3', host, 'forbidden')),
  ...['alias.test', 'alias-localhost.test', 'alias-metadata.test'].map((host) => one('S3', host, 'forbidden')),
  ...['turns-private.test', 'turns-metadata.test', 'turns-v6.test'].map((host) => one('S2', host, 'forbidden', 2, `${REFUSING}/${host}`)),
  one('S2', 'turns-public.test', 'forbidden'),
  // Its connection is still the one that was checked.
  one('S2', 'turns-kept.test', 'exhausted 503', 2, `${REFUSING_KEPT}/turns-kept`),
  ...['fails-then-private.test', 'absent-then-private.test'].map((host) => one('S4', host, 'forbidden', 2)),
  one('S4', 'fails-then-public.test', 'delivered', 2),
  one('S4', 'fails.test', 'exhausted dns_failed', 2),
]

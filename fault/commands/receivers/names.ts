/**
 * Rows R10, inside a network namespace: what a receiver's name servers can do, a port that swallows every SYN, and how long a
 * healthy receiver waits while dozens of names hang.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { p99 } from '../../../bench/paired-figures.ts'
import { type DnsAnswer, startTestDns } from '../../../test/support/test-dns.ts'
import { sabotage } from '../../harness/builds.ts'
import { raiseLoopback, replaceFile, reportFromInside } from '../../harness/namespace.ts'
import { type Behaviour, delivered, failed, type Outcome, refused } from './behaviour.ts'
import { openBlackHole } from './black-hole.ts'
import { runOnce, runOnceUnhurried, UNHURRIED } from './run-once.ts'
import { answer, OK, status } from './scripts.ts'
import { submitTo, withService } from './setup.ts'

export interface NamesReport {
  behaviours: Outcome[]
  hanging: number
  /** The p99 from a job's end to its healthy receiver, milliseconds: alone, and while so many names hang. */
  alone: number
  beside: number
  /** Healthy callbacks that came while names hang on a build that looks them up on threads: the control. */
  arrivedOnThreads: number
}

const NAMES_ON_THREADS = sabotage('names-on-threads')
const HANGING = 64
const HEALTHY = 100
/** Healthy callbacks that take longer count as never. */
const PATIENCE_MS = 3_000

function answerName(name: string): DnsAnswer {
  const [first = ''] = name.split('.')
  if (name === 'absent.test') return { code: 'NXDOMAIN' }
  if (name === 'empty.test') return {}
  if (name === 'failing.test') return { code: 'SERVFAIL' }
  if (first.startsWith('silent')) return { silent: true }
  // The first of them is where the receiver is.
  if (name === 'many.test') return { addresses: fiveHundred('127.0') }
  if (name === 'nowhere.test') return { addresses: fiveHundred('127.1') }
  return { addresses: ['127.0.0.1'] }
}

function fiveHundred(prefix: string): string[] {
  return Array.from({ length: 500 }, (_, n) => `${prefix}.${Math.floor(n / 250)}.${(n % 250) + 1}`)
}

async function tellNames(): Promise<NamesReport> {
  raiseLoopback([])
  replaceFile('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
  replaceFile('/etc/hosts', '127.0.0.1 localhost\n')
  const dns = await startTestDns(answerName, 53)
  const hole = await openBlackHole()
  const behaviours: Behaviour[] = [
    { id: 'R10', name: 'a name that is not there', host: 'absent.test', script: null, expect: failed('dns_failed') },
    { id: 'R10', name: 'a name without an address', host: 'empty.test', script: null, expect: failed('dns_failed') },
    { id: 'R10', name: 'SERVFAIL', host: 'failing.test', script: null, expect: failed('dns_failed') },
    { id: 'R10', name: 'name servers that say nothing', host: 'silent.test', script: null, holds: true, expect: failed('timeout') },
    { id: 'R10', name: '500 addresses, the first good', host: 'many.test', script: answer(OK), expect: delivered() },
    { id: 'R10', name: '500 addresses, none good', host: 'nowhere.test', script: null, expect: failed('connection_refused') },
    {
      id: 'R10',
      name: 'a time to live of 0: asked again for each connection',
      host: 'brief.test',
      script: answer(status(503, ['connection: close']), { hangUp: true }),
      expect: refused(503),
      also: () => (dns.asked('brief.test') === 2 ? [] : [`was asked ${dns.asked('brief.test')} times for 2 tries`]),
    },
    { id: 'R10', name: 'every SYN is lost', port: hole.port, script: null, holds: true, expect: failed('timeout') },
  ]
  try {
    const outcomes = await (process.argv.includes(UNHURRIED) ? runOnceUnhurried : runOnce)(behaviours)
    const [alone, beside, onThreads] = [
      await healthyLatencies(0),
      await healthyLatencies(HANGING),
      await healthyLatencies(HANGING, [NAMES_ON_THREADS]),
    ]
    return {
      behaviours: outcomes,
      hanging: HANGING,
      alone: p99(alone, HEALTHY),
      beside: p99(beside, HEALTHY),
      arrivedOnThreads: onThreads.length,
    }
  } finally {
    hole.close()
    await dns.close()
  }
}

/** Each healthy callback has a name of its own to look up; so has each that hangs. */
async function healthyLatencies(hanging: number, preload: readonly URL[] = []): Promise<number[]> {
  const latencies: number[] = []
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { timestamp } = JSON.parse(Buffer.concat(parts).toString()) as { timestamp: string }
      latencies.push(performance.timeOrigin + performance.now() - Date.parse(timestamp))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  try {
    return await withService({ CALLBACK_TIMEOUT: '10s', CALLBACK_RETRY_SCHEDULE: 'none' }, preload, async ({ api }) => {
      for (let n = 0; n < hanging; n++) await submitTo(api, `http://silent-${n}.test:${port}/`)
      for (let n = 0; n < HEALTHY; n++) {
        await submitTo(api, `http://healthy-${n}.test:${port}/`)
        await sleep(5)
      }
      for (const deadline = performance.now() + PATIENCE_MS; latencies.length < HEALTHY && performance.now() < deadline; ) await sleep(20)
      return latencies
    })
  } finally {
    receiver.closeAllConnections()
    receiver.close()
  }
}

await reportFromInside(tellNames)

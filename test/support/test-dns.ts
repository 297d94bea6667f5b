/** A name server with given answers, over UDP and TCP (RFC 1035). On loopback. */
import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import ipaddr from 'ipaddr.js'

export interface DnsAnswer {
  /** Those of the other family are left out. */
  addresses?: readonly string[]
  /** The name is another one's alias; `addresses` are that one's. */
  alias?: string
  code?: 'NOERROR' | 'SERVFAIL' | 'NXDOMAIN'
  /** No answer at all. */
  silent?: true
}

/** `n` counts the look-ups of this name and type from 1. */
export type AnswerName = (name: string, type: 'A' | 'AAAA', n: number) => DnsAnswer

export interface TestDns {
  readonly port: number
  /** How often the name was asked for: the more of A and AAAA. */
  asked(name: string): number
  /** Counts from 1 again. */
  forget(): void
  close(): Promise<void>
}

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' }
const CODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 }
const MAX_DATAGRAM = 512
const HEADER = 12
const PORTS_TRIED = 8
/** A pointer to the name in the question. */
const QUESTION_NAME = Buffer.from([0xc0, HEADER])

export async function startTestDns(answer: AnswerName, port = 0, host = '127.0.0.1'): Promise<TestDns> {
  const counts = new Map<string, number>()

  const respond = (query: Buffer): Buffer | null => {
    const question = readQuestion(query)
    const type = TYPES[question.type]
    if (type === undefined) return encode(query, question, {})
    const key = `${question.name} ${type}`
    const n = (counts.get(key) ?? 0) + 1
    counts.set(key, n)
    const given = answer(question.name, type, n)
    return given.silent ? null : encode(query, question, given)
  }

  const open = new Set<Socket>()
  const tcp = createServer((socket) => {
    open.add(socket)
    let heard: Buffer = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
      while (heard.length >= 2 && heard.length >= 2 + heard.readUInt16BE(0)) {
        const length = heard.readUInt16BE(0)
        const response = respond(heard.subarray(2, 2 + length))
        heard = heard.subarray(2 + length)
        if (response) socket.write(Buffer.concat([uint16(response.length), response]))
      }
    })
  })
  const udp = createSocket('udp4')
  udp.on('message', (query, peer) => {
    const response = respond(query)
    if (response) udp.send(response.length > MAX_DATAGRAM ? truncated(query) : response, peer.port, peer.address)
  })
  await listen(tcp, udp, port, host)

  return {
    port: (tcp.address() as AddressInfo).port,
    asked: (name) => Math.max(counts.get(`${name} A`) ?? 0, counts.get(`${name} AAAA`) ?? 0),
    forget: () => counts.clear(),
    async close() {
      const closed = [new Promise<void>((resolve) => udp.close(() => resolve())), new Promise((resolve) => tcp.close(resolve))]
      for (const socket of open) socket.destroy()
      await Promise.all(closed)
    },
  }
}

/** Both at one port. A free one for TCP may be taken for UDP: then another is tried. */
async function listen(tcp: Server, udp: Datagrams, port: number, host: string): Promise<void> {
  for (let round = 1; ; round++) {
    tcp.listen(port, host)
    await once(tcp, 'listening')
    try {
      udp.bind((tcp.address() as AddressInfo).port, host)
      await once(udp, 'listening')
      return
    } catch (error) {
      if (port !== 0 || round === PORTS_TRIED) throw error
      await new Promise((resolve) => tcp.close(resolve))
    }
  }
}

interface Question {
  name: string
  type: number
  /** Where the question ends in the query. */
  end: number
}

function readQuestion(query: Buffer): Question {
  const labels: string[] = []
  let at = HEADER
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function encode(query: Buffer, { type, end }: Question, { addresses = [], alias, code = 'NOERROR' }: DnsAnswer): Buffer {
  const records: Buffer[] = []
  if (alias !== undefined) records.push(record(QUESTION_NAME, 5, nameBytes(alias)))
  for (const address of addresses) {
    const bytes = Buffer.from(ipaddr.parse(address).toByteArray())
    if (bytes.length === (TYPES[type] === 'A' ? 4 : 16)) {
      records.push(record(alias === undefined ? QUESTION_NAME : nameBytes(alias), type, bytes))
    }
  }
  return Buffer.concat([header(query, CODES[code], records.length), query.subarray(HEADER, end), ...records])
}

/** Too long for a datagram: the client asks again over TCP. */
function truncated(query: Buffer): Buffer {
  const cut = Buffer.concat([header(query, 0, 0), query.subarray(HEADER, readQuestion(query).end)])
  cut.writeUInt8(cut.readUInt8(2) | 0x02, 2)
  return cut
}

/** A recursive server's answer to one question. */
function header(query: Buffer, code: number, answers: number): Buffer {
  return Buffer.concat([query.subarray(0, 2), uint16(0x8180 | code), uint16(1), uint16(answers), uint16(0), uint16(0)])
}

/** With a time to live of 0. */
function record(name: Buffer, type: number, data: Buffer): Buffer {
  return Buffer.concat([name, uint16(type), uint16(1), Buffer.alloc(4), uint16(data.length), data])
}

function nameBytes(name: string): Buffer {
  return Buffer.concat([...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

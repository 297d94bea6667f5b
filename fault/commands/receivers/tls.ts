/** The behaviours R8: what can be wrong with a receiver's TLS. Certificates by name need no name server: those of 127.0.0.1 are used. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Behaviour, delivered, failed } from './behaviour.ts'
import { answer, OK, onConnect } from './scripts.ts'

const CERTIFICATES = new URL('../../../test/webhook/certificates/', import.meta.url)
export const CA_FILE = fileURLToPath(new URL('ca.pem', CERTIFICATES))

const pem = (name: string) => readFileSync(new URL(`${name}.pem`, CERTIFICATES))
const tls = (certificate: string) => ({ key: pem('receiver-key'), cert: pem(certificate) })
const rejected = failed('tls_failed')

/** Handshake record of 16 KiB announced, and never sent. */
const HALF_A_RECORD = Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00, 0x02])

export const TLS: readonly Behaviour[] = [
  {
    id: 'R8',
    name: 'a good certificate of the private authority',
    script: answer(OK, { tls: tls('receiver') }),
    expect: delivered(),
  },
  { id: 'R8', name: 'a self-signed certificate', script: answer(OK, { tls: tls('self-signed') }), expect: rejected },
  { id: 'R8', name: 'an expired certificate', script: answer(OK, { tls: tls('expired') }), expect: rejected },
  {
    id: 'R8',
    name: 'the certificate of another host',
    script: answer(OK, { tls: tls('receiver') }),
    host: '127.0.0.2',
    expect: rejected,
  },
  {
    id: 'R8',
    name: 'TLS 1.1',
    script: answer(OK, { tls: { ...tls('receiver'), minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } }),
    expect: rejected,
  },
  { id: 'R8', name: 'no TLS at all', script: onConnect((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')), expect: rejected },
  {
    id: 'R8',
    name: 'hangs up within the handshake',
    script: onConnect((socket) => socket.end()),
    expect: failed('connection_reset'),
  },
  {
    id: 'R8',
    name: 'says nothing in the handshake',
    script: onConnect((socket) => socket.resume()),
    holds: true,
    expect: failed('timeout'),
  },
  {
    id: 'R8',
    name: 'stalls within the handshake',
    script: onConnect((socket) => socket.resume().write(HALF_A_RECORD)),
    holds: true,
    expect: failed('timeout'),
  },
]

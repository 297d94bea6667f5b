/** What the operator's settings open, and what they leave closed. */

import type { Group } from '../../harness/case-group.ts'
import { CANARIES, METADATA } from './addresses.ts'
import type { Canaries } from './listeners.ts'
import { bracketed } from './literals.ts'
import { NAME_CASES, type NameCase } from './names.ts'
import { refusals, sends } from './production.ts'
import { withService } from './setup.ts'

const PRIVATE_TEN = /^10\./
const OWN_PORT = 3999

export async function runAllowed(canaries: Canaries): Promise<Group[]> {
  return [
    ...(await allowing('10.0.0.0/8', (address) => PRIVATE_TEN.test(address), canaries)),
    // Blocks around the metadata addresses leave those closed.
    ...(await allowing(
      '169.254.0.0/16,100.64.0.0/10,fd00::/8',
      (address) => /^(?:169\.254\.|100\.|fd)/.test(address) && !METADATA.includes(address),
      canaries,
    )),
    ...(await ownAddress()),
    await httpsOnly(),
  ]
}

/** Literals and names of every canary, with CALLBACK_ALLOW set: exactly what it opens is sent, nothing else is dialled. */
async function allowing(allow: string, opens: (address: string) => boolean, canaries: Canaries): Promise<Group[]> {
  canaries.reset()
  const open = CANARIES.filter(opens)
  const closed = CANARIES.filter((address) => !opens(address))
  return withService({ env: { CALLBACK_ALLOW: allow } }, async (api) => {
    const literals = closed.map((address) => ({ id: 'S10', url: `http://${bracketed(address)}/` }))
    const opened = open.map(
      (address): NameCase => ({ id: 'S10', name: address, url: `http://${bracketed(address)}/`, expect: 'delivered' }),
    )
    const names = NAME_CASES.filter(({ url }) => url.includes('//canary-')).map((one): NameCase => {
      const address = CANARIES[Number(/canary-(\d+)/.exec(one.url)?.[1])] ?? ''
      return opens(address) ? { ...one, expect: 'delivered' } : one
    })
    const groups = [
      await refusals('S10', `${allow} allowed: the others refused at submit`, api, literals, 'callback_url_forbidden'),
      await sends('S10', `${allow} allowed: names of every canary, and ${open.length} addresses it opens`, api, [...names, ...opened]),
    ]
    const touched = [...canaries.connects.keys()].filter((address) => !opens(address))
    return [
      ...groups,
      {
        id: 'S10',
        name: `${allow} allowed: canaries outside`,
        cases: closed.length,
        faults: touched.map((address) => `${address} was dialled`),
      },
    ]
  })
}

/** Listening on every interface with loopback allowed: no spelling and no name of ours leads back to us. */
async function ownAddress(): Promise<Group[]> {
  const env = { HOST: '0.0.0.0', PORT: String(OWN_PORT), PUBLIC_URL: `http://127.0.0.1:${OWN_PORT}`, CALLBACK_ALLOW: 'loopback,10.0.0.0/8' }
  return withService({ env }, async (api) => {
    const hosts = [
      '127.0.0.1',
      '127.1.2.3',
      '0.0.0.0',
      'localhost',
      '2130706433',
      '93.184.216.34',
      '10.0.0.1',
      '[::ffff:127.0.0.1]',
      '[::1]',
    ]
    const literals = hosts.map((host) => ({ id: 'S11', url: `http://${host}:${OWN_PORT}/v1/jobs` }))
    const names = ['receiver.test', 'alias-localhost.test', 'intranet', 'zero.test'].map(
      (host): NameCase => ({ id: 'S11', name: host, url: `http://${host}:${OWN_PORT}/v1/jobs`, expect: 'forbidden' }),
    )
    return [
      await refusals('S11', 'our own address and port refused at submit', api, literals, 'callback_url_forbidden'),
      await sends('S11', 'names of our own address, at our port', api, names),
    ]
  })
}

async function httpsOnly(): Promise<Group> {
  return withService({ env: { CALLBACK_HTTPS_ONLY: 'true', NO_PROXY: '*' } }, async (api) => {
    const plain = ['http://public.test/', 'HTTP://93.184.216.34/', 'http://public.test:443/'].map((url) => ({ id: 'S8', url }))
    const group = await refusals('S8', 'http refused where only https is allowed, https served', api, plain, 'invalid_request')
    const served = await sends('S8', '', api, [{ id: 'S8', name: 'https', url: 'https://receiver.test/tls', expect: 'delivered' }])
    return { ...group, cases: group.cases + served.cases, faults: [...group.faults, ...served.faults] }
  })
}

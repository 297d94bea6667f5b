import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { formsOf } from './forms.ts'
import { formsOfMade } from './made-secret.ts'
import { readAnswer } from './read-answer.ts'
import { createSearch } from './search.ts'

describe('the search', () => {
  const secret = Buffer.from('WhsecZ7qPvn3crNorpsqJWR8mQ')
  const search = createSearch(new Map([['secret', formsOf(secret)]]))
  const found = (text: Buffer | string) =>
    search(Buffer.concat([Buffer.alloc(10, 'x'), Buffer.from(text), Buffer.from('tail')])).has('secret')

  it.each([
    ['as it is', secret],
    ['as a piece of 15 bytes', secret.subarray(5, 20)],
    ['backwards', Buffer.from(secret.toReversed())],
    ['in UTF-16', Buffer.from(String(secret), 'utf16le')],
    ['in hex', secret.toString('hex')],
    ['in base64', secret.toString('base64')],
    ['in base64, one byte on', Buffer.concat([Buffer.from('a'), secret]).toString('base64')],
    ['in base64url, two bytes on', Buffer.concat([Buffer.from('aa'), secret]).toString('base64url')],
    ['percent-encoded', Array.from(secret, (byte) => `%${byte.toString(16)}`).join('')],
    ['in JSON escapes', Array.from(secret, (byte) => `\\u00${byte.toString(16)}`).join('')],
  ])('finds a secret %s', (_, text) => {
    expect(found(text)).toBe(true)
  })

  it('finds nothing where there is none, nor beyond the end', () => {
    expect(found('WhsecZ7')).toBe(false)
    expect(search(secret.subarray(0, 7)).size).toBe(0)
    expect(search(Buffer.alloc(0)).size).toBe(0)
  })

  it('says where the first of it begins', () => {
    expect(search(Buffer.from(`0123456789${secret}`)).get('secret')).toBe(10)
  })
})

describe('a secret of the service', () => {
  it.each([
    ['rbk_12345678openkeytext', ['openkeytext']],
    ['rbt_claims.c2lnbmF0dXJl', ['c2lnbmF0dXJl', 'signature']],
    ['whsec_c2VjcmV0c2VjcmV0', ['c2VjcmV0c2VjcmV0', 'secretsecret']],
    ['3600.Y29kZW9mYWxpbms', ['Y29kZW9mYWxpbms', 'codeofalink']],
    ['c2Vzc2lvbmlk', ['c2Vzc2lvbmlk', 'sessionid']],
  ])('%s is looked for without what everybody may see of it, and as the bytes it stands for', (text, forms) => {
    expect(formsOfMade(text).map(String)).toEqual(forms)
  })
})

describe('a stream', () => {
  /** Sends this and leaves the stream open. */
  async function answerOf(text: string) {
    const server = createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return request(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  }

  it('is read until what was planted has come, though it never ends', async () => {
    const text = 'retry: 2000\n\nid: 1\ndata: planted\n\n'
    expect(await readAnswer(await answerOf(text), 'planted')).toBe(text)
  })

  it('is refused when it has nothing more to say and what was planted has not come', async () => {
    await expect(readAnswer(await answerOf('retry: 2000\n\nid: 1\n\n:\n\n'), 'planted')).rejects.toThrow('never said planted')
  })
})

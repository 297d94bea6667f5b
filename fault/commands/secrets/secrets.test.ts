import { describe, expect, it } from 'vitest'
import { formsOf } from './forms.ts'
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

import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyHash, newKey } from '../../src/domain/api-key.ts'

it('a key has a recognisable prefix, more than 128 secret bits and a checksum that anyone can verify offline', () => {
  const { secret, prefix, hash } = newKey(randomBytes)
  const [, body = '', checksum] = /^rbk_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/.exec(secret) ?? []
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const digest = createHash('sha256').update(body).digest().subarray(0, 6)
  expect(checksum).toBe(Array.from(digest, (byte) => alphabet[byte % 62]).join(''))
  expect(secret.startsWith(prefix)).toBe(true)
  const hiddenCharacters = 'rbk_'.length + body.length - prefix.length
  expect(hiddenCharacters * Math.log2(62)).toBeGreaterThan(128)
  expect(hash).toEqual(keyHash(secret))
})

it('a key uses every character of its alphabet alike', () => {
  const counts = new Map<string, number>()
  for (let n = 0; n < 2000; n++)
    for (const character of newKey(randomBytes).secret.slice(4, 36)) counts.set(character, (counts.get(character) ?? 0) + 1)
  const expected = (2000 * 32) / 62
  expect(counts.size).toBe(62)
  // Five standard deviations: a modulo of whole bytes would give the first eight characters 25 % more.
  for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
})

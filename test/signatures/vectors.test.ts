import { readFileSync } from 'node:fs'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { VECTORS, type Vector, vectors } from './vectors.ts'

const written: Vector[] = JSON.parse(readFileSync(VECTORS, 'utf8'))

test('the vectors are what the service signs', () => {
  expect(written).toEqual(vectors())
})

test.each(written)('the reference library signs alike: $about', ({ secret, id, timestamp, body, signature }) => {
  expect(new Webhook(secret).sign(id, new Date(timestamp * 1000), body)).toBe(signature)
})

test('the vectors begin with the published one', () => {
  expect(written[0]?.signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createInterimFilter } from '../../src/http-client/interim-filter.ts'

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const EARLY_HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\nx: y\r\n\r\n'
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 31\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nin it'

/** What comes through of these pieces; null when it was too much. */
function passed(...pieces: readonly string[]): string | null {
  const filter = createInterimFilter()
  filter.expectAnswer()
  const parts = pieces.map((piece) => filter.pass(Buffer.from(piece, 'latin1')))
  return parts.some((part) => part === null) ? null : Buffer.concat(parts as Buffer[]).toString('latin1')
}

describe('the filter of interim answers', () => {
  it.each([
    ['none', ''],
    ['a 100', CONTINUE],
    ['a 102', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['a 103 with headers', EARLY_HINTS],
    ['one without a reason', 'HTTP/1.1 100\r\n\r\n'],
    ['one of HTTP/1.0', 'HTTP/1.0 100 Continue\r\n\r\n'],
    ['one with bare line feeds', 'HTTP/1.1 100 Continue\nx: y\n\n'],
    ['several', CONTINUE + EARLY_HINTS + CONTINUE],
  ])('gives the answer without what came before it: %s', (_what, interim) => {
    expect(passed(interim + ANSWER)).toBe(ANSWER)
  })

  it('gives the same whatever the pieces the bytes come in', () => {
    const interim = fc.array(fc.constantFrom(CONTINUE, EARLY_HINTS), { maxLength: 4 }).map((list) => list.join(''))
    const answer = fc.constantFrom(
      ANSWER,
      'HTTP/1.1 204 No Content\r\n\r\n',
      'SSH-2.0-OpenSSH\r\n',
      'HTTP/1.1 1',
      '\r\nHTTP/1.1 200 OK\r\n\r\n',
    )
    fc.assert(
      fc.property(interim, answer, fc.array(fc.nat(300), { maxLength: 40 }), (before, after, cuts) => {
        const bytes = before + after
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const pieces = at.slice(1).map((end, n) => bytes.slice(at[n], end))
        expect(passed(...pieces)).toBe(passed(bytes))
      }),
    )
  })

  it('passes what is no interim answer as it is: an upgrade, another protocol, another version', () => {
    for (const bytes of [
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
      'SSH-2.0-x\r\n',
      'HTTP/2 100 Continue\r\n\r\n',
      'HTTP/1.1 99 X\r\n\r\n',
    ]) {
      expect(passed(bytes)).toBe(bytes)
    }
  })

  it('lets sixteen go by, and no more', () => {
    expect(passed(CONTINUE.repeat(16) + ANSWER)).toBe(ANSWER)
    expect(passed(CONTINUE.repeat(17) + ANSWER)).toBeNull()
    expect(passed(...Array.from({ length: 17 }, () => CONTINUE))).toBeNull()
  })

  it('lets 32 KiB go by, and no more', () => {
    const long = (size: number) => `HTTP/1.1 103 Early Hints\r\nx: ${'a'.repeat(size)}\r\n\r\n`
    expect(passed(long(32_000) + ANSWER)).toBe(ANSWER)
    expect(passed(long(33_000))).toBeNull()
  })

  it('begins anew with each request, and between two of them takes nothing out', () => {
    const filter = createInterimFilter()
    for (let n = 0; n < 20; n++) {
      filter.expectAnswer()
      expect(String(filter.pass(Buffer.from(CONTINUE + ANSWER)))).toBe(ANSWER)
      expect(String(filter.pass(Buffer.from(CONTINUE)))).toBe(CONTINUE)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { memberBytes, parseJsonObject, readBody } from '../../src/http/kit/body.ts'

const MAX = 2000

function request(body: string | Uint8Array | ReadableStream, headers: Record<string, string> = {}) {
  const half: object = body instanceof ReadableStream ? { duplex: 'half' } : {}
  return new Request('http://test/', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers }, ...half })
}

const readJsonObject = async (from: Request, mayBeEmpty = false) =>
  parseJsonObject(await readBody(from, { maxBytes: MAX, reserve: () => {}, mayBeEmpty }))

const refused = (body: string | Uint8Array | ReadableStream, headers?: Record<string, string>) =>
  readJsonObject(request(body, headers)).then(
    () => 'taken',
    (error) => error.code,
  )

describe('a JSON body', () => {
  it('keeps a member as the bytes that came in', async () => {
    const { body } = await readJsonObject(request('{ "payload" : [1e400, 12345678901234567890 ,"\\ud800"] }'))
    expect(new TextDecoder().decode(memberBytes(body, 'payload') ?? undefined)).toBe('[1e400, 12345678901234567890 ,"\\ud800"]')
    expect(memberBytes(body, 'other')).toBeNull()
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf8',
    'Application/JSON;charset="UTF-8"',
    'application/json;',
  ])('takes %s', async (type) => {
    expect(await refused('{}', { 'content-type': type })).toBe('taken')
  })

  it.each([
    'text/plain',
    'application/json; charset=latin1',
    'application/json; charset="utf-8',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    '',
  ])('refuses the type %j', async (type) => {
    expect(await refused('{}', { 'content-type': type })).toBe('unsupported_media_type')
  })

  it('refuses every content encoding but identity, and never decodes', async () => {
    expect(await refused('{}', { 'content-encoding': 'gzip' })).toBe('unsupported_media_type')
    expect(await refused('{}', { 'content-encoding': 'identity' })).toBe('taken')
  })

  it('refuses a declared length above the limit without reading', async () => {
    const unread = new ReadableStream({ pull: () => expect.unreachable('the body was read') }, { highWaterMark: 0 })
    expect(await refused(unread, { 'content-length': String(MAX + 1) })).toBe('too_large')
    expect(await refused('{}', { 'content-length': 'x' })).toBe('too_large')
  })

  it('stops counting an undeclared body at the limit', async () => {
    let parts = 0
    const endless = new ReadableStream({
      pull(controller) {
        parts += 1
        controller.enqueue(new Uint8Array(1000).fill(0x20))
      },
    })
    expect(await refused(endless)).toBe('too_large')
    expect(parts).toBeLessThan(6)
  })

  it('takes a body of exactly the limit', async () => {
    expect(await refused(`{}${' '.repeat(MAX - 2)}`)).toBe('taken')
    expect(await refused(`{}${' '.repeat(MAX - 1)}`)).toBe('too_large')
  })

  it('refuses a body that breaks off', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) })
    expect(await refused(broken)).toBe('invalid_json')
  })

  it('may be absent where every member is optional, whatever type is named', async () => {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', '']) {
      const none = new Request('http://test/', { method: 'POST', headers: { 'content-type': type, 'content-length': '0' } })
      expect((await readJsonObject(none, true)).value, type).toEqual({})
      await expect(readJsonObject(none.clone()), type).rejects.toMatchObject({
        code: type.includes('json') ? 'invalid_json' : 'unsupported_media_type',
      })
    }
    await expect(readJsonObject(request('{}', { 'content-type': 'text/plain' }), true)).rejects.toMatchObject({
      code: 'unsupported_media_type',
    })
  })

  it.each(['', '{', '{"a":1,}', "{'a':1}", '{"a":NaN}', '\ufeff{}', '{}{}'])('refuses %j as JSON', async (text) => {
    expect(await refused(text)).toBe('invalid_json')
  })

  it('refuses bytes that are not UTF-8', async () => {
    expect(await refused(Buffer.from('{"a":"\xff"}', 'latin1'))).toBe('invalid_json')
  })

  it.each(['[]', '"text"', '1', 'null', 'true'])('refuses %s, which is not an object', async (text) => {
    expect(await refused(text)).toBe('invalid_request')
  })

  it('refuses a repeated top-level member in any spelling, but not in depth', async () => {
    expect(await refused('{"a":1,"\\u0061":2}')).toBe('invalid_json')
    expect(await refused('{"a":{"b":1,"b":2}}')).toBe('taken')
  })

  it('refuses nesting beyond 256 levels', async () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
    expect(await refused(nested(256))).toBe('taken')
    expect(await refused(nested(257))).toBe('invalid_json')
  })
})

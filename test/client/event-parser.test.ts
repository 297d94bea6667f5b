import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventParser } from '../../src/client/transport/event-parser.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const parse = (text: string) => createEventParser().push(bytes(text))

describe('an event stream', () => {
  it.each([
    ['ends a line by LF', 'data: a\n\n'],
    ['ends a line by CR', 'data: a\r\r'],
    ['ends a line by CR LF', 'data: a\r\n\r\n'],
    ['begins with a byte order mark', '\ufeffdata: a\n\n'],
    ['has comments', ': hello\n:\ndata: a\n: there\n\n'],
    ['has no space behind the colon', 'data:a\n\n'],
    ['has fields that nobody knows', 'datum: b\ndata: a\n data: c\n\n'],
  ])('that %s', (_what, text) => {
    expect(parse(text)).toEqual([{ event: 'message', data: 'a' }])
  })

  it('keeps one leading space less, joins lines of data, and takes a field without a colon as empty', () => {
    expect(parse('data:  a\ndata\ndata: b: c\n\n')).toEqual([{ event: 'message', data: ' a\n\nb: c' }])
  })

  it('forgets the name of an event with the event, and an event without data', () => {
    expect(parse('event: a\n\ndata: 1\n\nevent: b\ndata: 2\n\n')).toEqual([
      { event: 'message', data: '1' },
      { event: 'b', data: '2' },
    ])
  })

  it('does not give what is unfinished', () => {
    expect(parse('data: a\n')).toEqual([])
  })

  it('remembers the last id, also of an event without data, and no id with NUL', () => {
    const parser = createEventParser('evt_0')
    expect(parser.lastEventId()).toBe('evt_0')
    parser.push(bytes('id: evt_1\n'))
    expect(parser.lastEventId()).toBe('evt_0')
    parser.push(bytes('\n'))
    expect(parser.lastEventId()).toBe('evt_1')
    parser.push(bytes('id: evt\0\ndata: a\n\n'))
    expect(parser.lastEventId()).toBe('evt_1')
    parser.push(bytes('id\ndata: a\n\n'))
    expect(parser.lastEventId()).toBe('')
  })

  it('takes a retry of digits alone', () => {
    const parser = createEventParser()
    parser.push(bytes('retry: 2000\n\nretry: soon\n\nretry: 1.5\n\n'))
    expect(parser.retryMs()).toBe(2000)
  })

  it('means the same however it is cut', () => {
    const text = bytes('retry: 5\r\nid: 1\r\nevent: é€😀\r\ndata: {"a":\r\ndata: "ü"}\r\n\r\n\rdata: x\n\n: c\n\nid: 2\ndata: y\r\r\n\n')
    const whole = createEventParser().push(text)
    expect(whole).toHaveLength(3)
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const parser = createEventParser()
        const at = [0, ...cuts.sort((a, b) => a - b), text.length]
        expect(at.slice(1).flatMap((end, index) => parser.push(text.subarray(at[index], end)))).toEqual(whole)
        expect([parser.lastEventId(), parser.retryMs()]).toEqual(['2', 5])
      }),
    )
  })
})

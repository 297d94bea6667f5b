/** Server-sent events, parsed as https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation says. Pure. */

/** One event. */
export interface ServerSentEvent {
  /** `message` when the stream names none. */
  event: string
  data: string
}

/** Parses one stream, in pieces of any size. */
export interface EventParser {
  /** The events that are complete with these bytes. What a stream leaves unfinished at its end is no event. */
  push(bytes: Uint8Array): ServerSentEvent[]
  /** The last id that was sent, also on its own; empty when none was. */
  lastEventId(): string
  /** How long to wait before a reconnect, as the stream asked; null when it did not. */
  retryMs(): number | null
}

/** @param lastEventId the id to go on from, until the stream sends another */
export function createEventParser(lastEventId = ''): EventParser {
  const decoder = new TextDecoder()
  let rest = ''
  let afterReturn = false
  let event = ''
  let data: string[] = []
  let pendingId = lastEventId
  let id = lastEventId
  let retry: number | null = null

  const dispatch = (): ServerSentEvent[] => {
    id = pendingId
    const complete = data.length === 0 ? [] : [{ event: event === '' ? 'message' : event, data: data.join('\n') }]
    event = ''
    data = []
    return complete
  }

  const takeField = (name: string, value: string): void => {
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'id' && !value.includes('\0')) pendingId = value
    else if (name === 'retry' && /^\d+$/.test(value)) retry = Number(value)
  }

  const takeLine = (line: string): ServerSentEvent[] => {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    if (colon < 0) takeField(line, '')
    else if (colon > 0) takeField(line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1))
    return []
  }

  return {
    lastEventId: () => id,
    retryMs: () => retry,
    push(bytes) {
      let text = decoder.decode(bytes, { stream: true })
      if (text === '') return []
      // A line may end with CR LF whose halves come in two pieces.
      if (afterReturn && text.startsWith('\n')) text = text.slice(1)
      afterReturn = text.endsWith('\r')
      const lines = text.split(/\r\n|\r|\n/)
      lines[0] = rest + lines[0]
      rest = lines.pop() ?? ''
      return lines.flatMap(takeLine)
    },
  }
}

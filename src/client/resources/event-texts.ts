/** The exact text of events: a page of the feed taken apart without parsing it, because a parsed number may be another one. Pure. */

/** An event of the feed with the body of its callbacks, byte for byte. */
export interface EventText {
  id: string
  job_id: string | null
  type: string
  /** What every callback of the event sends. */
  body: string
}

/** The events of a page that is a JSON text `{"data":[…],…}`. Throws a SyntaxError for another text. */
export function eventTexts(page: string): EventText[] {
  const start = page.indexOf('[') + 1
  if (!/^\{\s*"data"\s*:\s*$/.test(page.slice(0, start - 1))) throw new SyntaxError('a page of the feed begins with its data')
  return elements(page, start).map(eventText)
}

/** An item is the callback's body with its ids put in front: the body begins where `type` does. */
function eventText(item: string): EventText {
  const body = `{${item.slice(memberStart(item, 'type'))}`
  const { id, job_id, type }: EventText = JSON.parse(item)
  return { id, job_id, type, body }
}

/** Where a member of the object begins, its name included. */
function memberStart(object: string, name: string): number {
  let at = 1
  while (at < object.length) {
    const colon = skipString(object, at)
    if (object.slice(at + 1, colon - 1) === name) return at
    at = valueEnd(object, colon + 1) + 1
  }
  throw new SyntaxError(`an event has no ${name}`)
}

/** The elements of the array whose first one begins at `start`. */
function elements(text: string, start: number): string[] {
  const found: string[] = []
  for (let at = start; at < text.length && text[at] !== ']'; ) {
    const end = valueEnd(text, at)
    found.push(text.slice(at, end))
    at = text[end] === ',' ? end + 1 : end
  }
  return found
}

/** Where the value that begins at `start` ends: before the comma or bracket that belongs to what it stands in. */
function valueEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = skipString(text, at) - 1
    else if (character === '{' || character === '[') depth += 1
    else if (depth === 0 && (character === ',' || character === '}' || character === ']')) return at
    else if (character === '}' || character === ']') depth -= 1
  }
  throw new SyntaxError('the page of the feed ends too soon')
}

/** Behind the string that begins at `start`. */
function skipString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  throw new SyntaxError('the page of the feed ends within a string')
}

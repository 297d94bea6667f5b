/** Results on standard output, words on standard error. */
import type { World } from '../world/world.ts'
import { jsonForTerminal, lines } from './escape.ts'
import { painter } from './style.ts'
import type { Paint } from './table.ts'

/** Prints what a command found and what it has to say. */
export interface Printer {
  readonly json: boolean
  readonly paint: Paint
  /** A result: `text()` for people, which must be harmless already, `document` with `--json`. Text of JSON stays as it is. */
  result(document: string | object, text: () => string): Promise<void>
  /** Words for a person, on standard error. */
  words(text: string): Promise<void>
  /** JSON or text that a stranger wrote: the very bytes, or on a terminal harmless and with a line break at its end. */
  bytes(body: Uint8Array, kind: 'json' | 'text'): Promise<void>
}

/** A printer for one command. */
export function createPrinter({ stdout, stderr, env }: World, json: boolean): Printer {
  const jsonOf = (document: string | object): string => {
    const text = typeof document === 'string' ? document : JSON.stringify(document)
    return stdout.isTerminal ? jsonForTerminal(text) : text
  }
  return {
    json,
    paint: painter(stdout, env),
    result: (document, text) => stdout.write(`${json ? jsonOf(document) : text()}\n`),
    words: (text) => stderr.write(`${text}\n`).catch(() => {}),
    async bytes(body, kind) {
      if (!stdout.isTerminal) return stdout.write(body)
      const text = new TextDecoder().decode(body)
      const harmless = kind === 'json' ? jsonForTerminal(text) : lines(text)
      return stdout.write(harmless.endsWith('\n') ? harmless : `${harmless}\n`)
    },
  }
}

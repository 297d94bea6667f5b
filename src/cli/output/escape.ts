/** Strangers' text made harmless: what a terminal would obey is shown instead. Pure. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: all but the line feed and the tab
const CONTROLS_IN_TEXT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** One line: control characters, escape sequences and marks that turn the direction of text show as `\x1b` or `\u{202e}`. */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, shown)
}

/** The same for a text that keeps its lines and tabs. */
export function lines(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(CONTROLS_IN_TEXT, shown)
}

/** The same JSON, with such characters as the escapes that JSON has for them: they can only stand inside its strings. */
export function jsonForTerminal(text: string): string {
  return text.replace(CONTROLS_IN_TEXT, (character) =>
    character === '\r' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function shown(character: string): string {
  const code = character.charCodeAt(0)
  return SHORT[character] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`)
}

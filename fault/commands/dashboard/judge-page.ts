/** What is looked for in a page. It runs in the browser, handed over as text by a debugger, which no policy stops. */

/** What one page has shown. */
export interface PageSeen {
  /** What came of a text that is more than text. */
  traces: string[]
  /** The texts, by their place in the list, that stand there as they were written. */
  shown: number[]
  /** Commands to paste into a shell. */
  commands: string[]
}

/** A script whose value is a `PageSeen`. */
export function judgement(texts: readonly string[]): string {
  return `(${JUDGE})(${JSON.stringify(texts)})`
}

/** Makes a page with a live part read it again, as it does when something has changed, and waits until it has. */
export const REFRESH = `new Promise((resolve) => {
  // A page whose head a text has broken has no scripts: it reads nothing again.
  if (typeof htmx === 'undefined') return resolve()
  for (const end of ['after:swap', 'response:error', 'error']) document.addEventListener('htmx:' + end, () => resolve(), { once: true })
  htmx.trigger('#live', 'ringback:changed')
})`

const JUDGE = String.raw`(texts) => {
  const traces = []
  const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
  const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u0590-\u08ff]/
  const strange = '[data-stranger], main :is(script, style, svg, math, iframe, object, embed, base, meta, link, img, textarea)'
  for (const element of document.querySelectorAll(strange)) traces.push('element ' + element.outerHTML.slice(0, 100))
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const isLink = ['href', 'src', 'action', 'formaction', 'hx-get'].includes(name)
      if (/^on|^hx-on|^srcdoc$/i.test(name)) traces.push('attribute ' + name)
      if (isLink && !/^(?:#|\/(?!\/))/.test(value)) traces.push('a link to ' + value)
    }
  }

  // What turns the direction of text must be kept in: alone in its block, or isolated from what stands beside it.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const seen = []
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode
    seen.push(data)
    if (!TURNING.test(data) || parentElement.closest('option, script') !== null) continue
    let around = parentElement
    const keepsIn = (style) => /isolate|plaintext/.test(style.unicodeBidi) || !style.display.startsWith('inline')
    while (!keepsIn(getComputedStyle(around))) around = around.parentElement
    if (around.textContent.trim() !== data.trim()) traces.push('text beside turned text: ' + around.outerHTML.slice(0, 200))
  }

  const commands = [...document.querySelectorAll('.curl code')].map((code) => code.textContent)
  for (const command of commands) if (CONTROLS.test(command.replaceAll('\n', ''))) traces.push('a control in a command: ' + command)
  const written = [...seen, ...[...document.querySelectorAll('input')].map((input) => input.value), document.title]
  const shown = texts.flatMap((text, n) => (written.some((one) => one.includes(text)) ? [n] : []))
  return { traces, shown, commands }
}`

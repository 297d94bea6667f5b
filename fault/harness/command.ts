/** One entry of `npm run fault -- <name>`. */
import { parseArgs } from 'node:util'

/** Options by name with their defaults; a default says the type. Numbers are whole and not negative. */
type Defaults = Record<string, number | string>
type Given<D extends Defaults> = { [name in keyof D]: D[name] extends number ? number : string }
type Print = (line: string) => void

export interface Command {
  /** The options as the usage shows them. */
  usage: string
  about: string
  /** True when everything held. Throws when an option is unknown or unfit. */
  run: (args: string[], print: Print) => Promise<boolean>
}

interface Definition<D extends Defaults> {
  about: string
  options: D
  run: (given: Given<D>, print: Print) => Promise<boolean>
}

export function command<const D extends Defaults>({ about, options, run }: Definition<D>): Command {
  return {
    about,
    usage: Object.entries(options)
      .map(([name, value]) => `[--${name} ${name === 'seed' || value === '' ? 'x' : value}]`)
      .join(' '),
    run: (args, print) => run(read(args, options), print),
  }
}

function read<D extends Defaults>(args: string[], defaults: D): Given<D> {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]))
  const { values } = parseArgs({ args, options })
  const given = Object.entries(defaults).map(([name, fallback]) => {
    const text = values[name]
    if (typeof text !== 'string') return [name, fallback]
    return [name, typeof fallback === 'number' ? wholeNumber(name, text) : text]
  })
  return Object.fromEntries(given)
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number, not ${text}`)
  return number
}

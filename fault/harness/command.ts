/** One entry of `npm run fault -- <name>`. */
import { parseArgs } from 'node:util'
import { type Figures, type Summary, writeFigures } from './figures.ts'

/** Options by name with their defaults; a default says the type. Numbers are whole and not negative. */
type Defaults = Record<string, number | string>
type Given<D extends Defaults> = { [name in keyof D]: D[name] extends number ? number : string }

/** What a command tells: lines for its reader, and figures for `docs/figures/`. */
export interface Output {
  print: (line: string) => void
  /** Adds figures; the summary is the line of the command in the table of what was verified. */
  record: (figures: Figures, summary?: Summary) => void
}

export interface Command {
  name: string
  /** The options as the usage shows them. */
  usage: string
  about: string
  /** True when everything held. Throws when an option is unknown or unfit. `--write` puts the figures into `docs/figures/`. */
  run: (args: string[], print: (line: string) => void) => Promise<boolean>
}

interface Definition<D extends Defaults> {
  /** As the command line and the file of its figures have it. */
  name: string
  about: string
  /** The sabotaged builds it must see fail, in a few words. */
  control: string
  options: D
  run: (given: Given<D>, output: Output) => Promise<boolean>
}

export function command<const D extends Defaults>({ name, about, control, options, run }: Definition<D>): Command {
  return {
    name,
    about: `${about} Control: ${control}.`,
    usage: Object.entries(options)
      .map(([option, value]) => `[--${option} ${option === 'seed' || value === '' ? 'x' : value}]`)
      .join(' '),
    async run(args, print) {
      const { given, write } = read(args, options)
      const told: Figures = {}
      let summary: Summary | undefined
      const record: Output['record'] = (figures, line) => {
        Object.assign(told, figures)
        summary = line ?? summary
      }
      const held = await run(given, { print, record })
      const ran = ['npm run fault --', name, ...args.filter((arg) => arg !== '--write')].join(' ')
      if (write) print(`written to ${writeFigures(name, { command: ran, figures: told, control, held, ...(summary ? { summary } : {}) })}`)
      return held
    },
  }
}

function read<D extends Defaults>(args: string[], defaults: D): { given: Given<D>; write: boolean } {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]))
  const { values } = parseArgs({ args, options: { ...options, write: { type: 'boolean' as const, default: false } } })
  const told: Record<string, string | boolean | undefined> = values
  const given = Object.entries(defaults).map(([name, fallback]) => {
    const text = told[name]
    if (typeof text !== 'string') return [name, fallback]
    return [name, typeof fallback === 'number' ? wholeNumber(name, text) : text]
  })
  return { given: Object.fromEntries(given), write: told.write === true }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number, not ${text}`)
  return number
}

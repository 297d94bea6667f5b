// Plain JavaScript, as all of this folder: Nodes that cannot run the service still print its help.
import { readFileSync } from 'node:fs'
// As a namespace: a name that an old Node does not export would keep it from saying which Node is needed.
import * as util from 'node:util'

/** `module` is the file of the function that has the command's name; `takes` are its arguments; `more` is for its own help. */
export const COMMANDS = {
  serve: {
    module: 'main',
    takes: [],
    about: 'start the service (also without a command)',
    more: () => `Environment variables, read once at the start, each with its default:\n\n${variables()}`,
  },
  dev: {
    module: 'dev/dev',
    takes: [],
    about: 'start the service while you write handlers: anew on each save',
    more: () =>
      'Prints each run in words. Reads the variables of `ringback serve --help`; a job that runs during a restart goes on after it.\n',
  },
  backup: {
    module: 'commands/backup',
    takes: ['FILE'],
    about: 'copy the database to FILE, while the service runs',
    more: () => 'Reads the variables of `ringback serve --help`. The master key is not in the copy: keep it apart.\n',
  },
  restore: {
    module: 'commands/restore',
    takes: ['FILE'],
    about: 'put the backup FILE into an empty data folder',
    more: () => 'Reads the variables of `ringback serve --help`. Bring the master key, then start.\n',
  },
}

const FLAGS = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } }
/** Changed letters up to which a word may have been meant for another. */
const NEAR = 2

/**
 * What a command line asks for: `help` (of a command, or null for all), `version`, `command` with its `args`, or `wrong`: what
 * cannot be taken, in words.
 */
export function readArguments(args) {
  const { tokens } = util.parseArgs({ args, options: FLAGS, strict: false, tokens: true, allowPositionals: true })
  const [first, ...rest] = tokens.filter(({ kind }) => kind === 'positional').map(({ value }) => value)
  const flags = tokens.filter(({ kind }) => kind === 'option')
  const unknown = flags.find(({ name }) => !Object.hasOwn(FLAGS, name))
  if (unknown) return { wrong: `there is no flag ${unknown.rawName}${meantFlag(unknown)}` }
  const valued = flags.find(({ value }) => value !== undefined)
  if (valued) return { wrong: `${valued.rawName} takes no value` }
  if (flags.some(({ name }) => name === 'help') || first === 'help') {
    const of = first === 'help' ? rest[0] : first
    return of === undefined || isCommand(of) ? { help: of ?? null } : { wrong: noCommand(of) }
  }
  if (flags.length > 0) return { version: true }
  const name = first ?? 'serve'
  if (!isCommand(name)) return { wrong: noCommand(name) }
  const { takes } = COMMANDS[name]
  if (rest.length !== takes.length) return { wrong: `${name} takes ${takes.join(' ') || 'no arguments'}; see ringback ${name} --help` }
  return { command: name, args: rest }
}

/** The help of one command, or of the program. */
export function helpOf(name) {
  if (name !== null) {
    const { takes, about, more } = COMMANDS[name]
    return `Usage: ringback ${[name, ...takes].join(' ')}\n\n${about[0].toUpperCase()}${about.slice(1)}.\n\n${more()}`
  }
  const lines = Object.entries(COMMANDS).map(([each, { takes, about }]) => `  ${[each, ...takes].join(' ').padEnd(16)}${about}`)
  return `Usage: ringback [command]

${lines.join('\n')}
  help [command]  print this, or the help of a command (also --help, -h)
  --version, -v   print the version

The service is configured by environment variables: ringback serve --help lists them.
`
}

function isCommand(name) {
  return Object.keys(COMMANDS).includes(name)
}

function noCommand(name) {
  const near = nearest(name, [...Object.keys(COMMANDS), 'help'])
  return `there is no command ${name}${near === null ? '' : `; did you mean ${near}?`}`
}

/** `--port 80` was meant for a variable. */
function meantFlag({ name, rawName }) {
  const variable = name.toUpperCase().replaceAll('-', '_')
  const names = [...variables().matchAll(/^ {2}([A-Z_]+)/gm)].map(([, each]) => each)
  if (names.includes(variable)) return `; set the environment variable ${variable}`
  const near = rawName.startsWith('--') ? nearest(name, Object.keys(FLAGS)) : null
  return near === null ? '; see ringback --help' : `; did you mean --${near}?`
}

/** The word with the fewest letters changed, or null when none is near. */
function nearest(word, words) {
  const [best] = words.map((each) => ({ each, changes: changesBetween(word, each) })).sort((a, b) => a.changes - b.changes)
  return best.changes <= NEAR ? best.each : null
}

/** Letters to insert, delete or replace (Levenshtein). */
function changesBetween(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1]
    for (let column = 1; column <= b.length; column++) {
      next.push(Math.min(row[column] + 1, next[column - 1] + 1, row[column - 1] + (letter === b[column - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]
}

/** Written by `npm run generate` from the list the service reads by. */
function variables() {
  return readFileSync(new URL('variables.txt', import.meta.url), 'utf8')
}

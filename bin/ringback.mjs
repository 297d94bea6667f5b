#!/usr/bin/env node
// Plain JavaScript that old Nodes can parse: better-sqlite3 crashes there instead of failing, and Node 20 cannot even
// read TypeScript. So nothing else is loaded before the version is known to do.
import { existsSync, readFileSync } from 'node:fs'
// As a namespace: a name that an old Node does not export would keep it from saying which Node is needed.
import * as modules from 'node:module'
import { fileURLToPath } from 'node:url'

/** `module` is the file of the function that has the command's name; `takes` are its arguments. */
const COMMANDS = {
  serve: { module: 'main', takes: [], about: 'start the service (also without a command)' },
  backup: { module: 'maintenance/backup', takes: ['FILE'], about: 'copy the database to FILE, while the service runs' },
  restore: { module: 'maintenance/restore', takes: ['FILE'], about: 'put the backup FILE into an empty data folder' },
}

const [name = 'serve', ...rest] = process.argv.slice(2)
const command = Object.keys(COMMANDS).includes(name) ? COMMANDS[name] : null
const found = process.versions.node.split('.').map(Number)

if (found[0] < 22 || (found[0] === 22 && found[1] < 19)) {
  process.stderr.write(`Ringback needs Node ≥ 22.19, this is ${process.versions.node}\n`)
  process.exit(1)
} else if (name === '--version') {
  process.stdout.write(`${JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version}\n`)
} else if (name === '--help') {
  process.stdout.write(usage())
} else if (command === null || rest.length !== command.takes.length || rest.some((text) => text.startsWith('-'))) {
  const takes = command?.takes.join(' ') || 'no arguments'
  const wrong = command === null ? `there is no command ${name}` : `${name} takes ${takes}`
  process.stderr.write(`ringback: ${wrong}\n\n${usage()}`)
  process.exit(2)
} else {
  // A checkout runs its source as it is; the package carries the compiled form.
  const source = new URL(`../src/${command.module}.ts`, import.meta.url)
  const main = existsSync(source) ? source : new URL(`../dist/${command.module}.js`, import.meta.url)
  // What was compiled before is read instead of compiled again: about 0.35 s of every start, so of every restart after a
  // crash. The call is for this thread, the variable for the others.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/ringback', import.meta.url))
  modules.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  import(main.href).then((module) => module[name](...rest)).catch(refuse)
}

/** What the operator can mend is one line: a setting, the data folder, its disk, a handler file, the port. Anything else shows where it comes from. */
function refuse(error) {
  const isMendable = ['ConfigError', 'CannotOpen', 'LoadError', 'RedisRefused', 'StoreUnavailable'].includes(error.name)
  process.stderr.write(`ringback: ${isMendable ? error.message : error.stack}\n`)
  process.exit(1)
}

function usage() {
  const lines = Object.entries(COMMANDS).map(([each, { takes, about }]) => `  ${[each, ...takes].join(' ').padEnd(16)}${about}`)
  return `Usage: ringback [command]

${lines.join('\n')}
  --version       print the version
  --help          print this

Configuration comes from environment variables; the README lists them.
`
}

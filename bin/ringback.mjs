#!/usr/bin/env node
// Plain JavaScript that old Nodes can parse: better-sqlite3 crashes there instead of failing, and Node 20 cannot even
// read TypeScript. So nothing else is loaded before the version is known to do.
import { existsSync, readFileSync } from 'node:fs'
// As a namespace: a name that an old Node does not export would keep it from saying which Node is needed.
import * as modules from 'node:module'
import { fileURLToPath } from 'node:url'
import { COMMANDS, helpOf, readArguments } from './arguments.mjs'

const [major, minor] = process.versions.node.split('.').map(Number)
const asked = readArguments(process.argv.slice(2))

// A standard stream that is closed, full or no longer read is never a reason to end: what is printed there is lost.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

if (asked.wrong !== undefined) {
  process.stderr.write(`ringback: ${asked.wrong}\n\n${helpOf(null)}`)
  process.exit(2)
} else if (asked.help !== undefined) {
  process.stdout.write(helpOf(asked.help))
} else if (asked.version) {
  process.stdout.write(`${JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version}\n`)
} else if (major < 22 || (major === 22 && minor < 19)) {
  const wayOut = 'npm i -D node@24 brings one into your project, for npx ringback and npm scripts'
  process.stderr.write(`Ringback needs Node ≥ 22.19, this is ${process.versions.node}. ${wayOut}.\n`)
  process.exit(1)
} else {
  const { command, args } = asked
  // A checkout runs its source as it is; the package carries the compiled form.
  const source = new URL(`../src/${COMMANDS[command].module}.ts`, import.meta.url)
  const main = existsSync(source) ? source : new URL(`../dist/${COMMANDS[command].module}.js`, import.meta.url)
  // What was compiled before is read instead of compiled again: about 0.35 s of every start, so of every restart after a
  // crash. The call is for this thread, the variable for the others.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/ringback', import.meta.url))
  modules.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  import(main.href).then((module) => module[command](...args)).catch(refuse)
}

/** An `OperatorError` has an exit code and is told in one line. Any other error is a bug and shows its stack. */
function refuse(error) {
  process.stderr.write(`ringback: ${error.exitCode === undefined ? error.stack : error.message}\n`)
  process.exit(error.exitCode ?? 1)
}

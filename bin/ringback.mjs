#!/usr/bin/env node
// Plain JavaScript that old Nodes can parse: better-sqlite3 crashes there instead of failing, and Node 20 cannot even
// read TypeScript. So nothing of the service is loaded before the version is known to do.
import { existsSync, readFileSync } from 'node:fs'
// As a namespace: a name that an old Node does not export would keep it from saying which Node is needed.
import * as modules from 'node:module'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { argumentsOf, createProgram } from './program.mjs'

// A standard stream that is closed, full or no longer read is never a reason to end: what is printed there is lost.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

/** The module that exports the function of a command's name: it takes the configuration and the arguments, and gives what is printed. */
const MODULES = { serve: 'main', dev: 'dev/dev', backup: 'commands/backup', restore: 'commands/restore' }

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const program = createProgram(version, run)
await program.parseAsync(argumentsOf(process.argv.slice(2)), { from: 'user' }).catch(refuse)

async function run(command, args) {
  requireNode()
  // What was compiled before is read instead of compiled again: about 0.35 s of every start, so of every restart after a
  // crash. The call is for this thread, the variable for the others.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/ringback', import.meta.url))
  modules.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  const { loadConfig } = await load('config/load')
  const module = await load(MODULES[command])
  // The service comes first on a busy machine.
  if (command === 'backup') setPriority(constants.priority.PRIORITY_LOW)
  process.stdout.write((await module[command](loadConfig(), ...args)) ?? '')
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 21)) return
  const wayOut = 'npm i -D node@24 brings one into your project, for npx ringback and npm scripts'
  process.stderr.write(`Ringback needs Node ≥ 22.21, this is ${process.versions.node}. ${wayOut}.\n`)
  process.exit(1)
}

/** A checkout runs its source as it is; the package carries the compiled form. */
function load(name) {
  const source = new URL(`../src/${name}.ts`, import.meta.url)
  return import(existsSync(source) ? source.href : new URL(`../dist/${name}.js`, import.meta.url).href)
}

/** An `OperatorError` has an exit code and is told in one line. Any other error is a bug and shows its stack. */
function refuse(error) {
  // Help or the version was asked for and is printed.
  if (error.exitCode === 0) return
  const usage = error instanceof CommanderError ? `\n\n${program.helpInformation()}` : '\n'
  process.stderr.write(`ringback: ${error.exitCode === undefined ? error.stack : error.message}${usage}`)
  process.exit(error.exitCode ?? 1)
}

#!/usr/bin/env node
// Plain JavaScript that old Nodes can parse: better-sqlite3 crashes there instead of failing, and Node 20 cannot even
// read TypeScript. So nothing of the service is loaded before the version is known to do.
import { existsSync, readFileSync } from 'node:fs'
// As a namespace: a name that an old Node does not export would keep it from saying which Node is needed.
import * as modules from 'node:module'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { argumentsOf, createProgram, SERVICE_COMMANDS } from './program.mjs'

// A standard stream that is closed, full or no longer read is never a reason to end: what is printed there is lost. The commands of
// src/cli/ learn of it from each write.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

/** The module that exports the function of a command's name, in camel case: it takes the configuration, the arguments and the flags. */
const MODULES = {
  serve: 'main',
  dev: 'dev/dev',
  backup: 'commands/backup',
  restore: 'commands/restore',
  'migrate-store': 'commands/migrate-store',
}
/** First words that need no more than this folder, on Nodes that can run nothing else as well. */
const OWN = [...SERVICE_COMMANDS, '-v', '--version']
const HELP = ['help', '-h', '--help']

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const program = createProgram(version, run)
const given = argumentsOf(process.argv.slice(2))
const [first] = given
if (OWN.includes(first) || (HELP.includes(first) && !isNodeFit())) await parse(given)
else await parse(await withClient(given))

/** Adds the commands that speak with a service; a start of the service does not wait for them. */
async function withClient(args) {
  requireNode()
  cacheCode()
  const [{ addCommands, cliArguments }, { realWorld }] = await Promise.all([load('cli/cli'), load('cli/world/real-world')])
  // The exit does not wait for connections that are kept, nor for standard input.
  addCommands(program, realWorld(process, version), (code) => process.exit(code))
  return cliArguments(args)
}

async function parse(args) {
  await program.parseAsync(args, { from: 'user' }).catch(refuse)
}

async function run(command, args, flags) {
  requireNode()
  cacheCode()
  const { loadConfig } = await load('config/load')
  const module = await load(MODULES[command])
  // The service comes first on a busy machine.
  if (command === 'backup') setPriority(constants.priority.PRIORITY_LOW)
  const name = command.replace('-s', 'S')
  process.stdout.write((await module[name](loadConfig(), ...args, { ...flags, json: flags.json === true })) ?? '')
}

/**
 * What was compiled before is read instead of compiled again: about 0.35 s of every start, so of every restart after a crash. The call is
 * for this thread, the variable for the others.
 */
function cacheCode() {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/ringback', import.meta.url))
  modules.enableCompileCache(process.env.NODE_COMPILE_CACHE)
}

function isNodeFit() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 21)
}

function requireNode() {
  if (isNodeFit()) return
  const wayOut = 'npm i -D node@24 brings one into your project, for npx ringback and npm scripts'
  process.stderr.write(`Ringback needs Node ≥ 22.21, this is ${process.versions.node}. ${wayOut}.\n`)
  process.exit(1)
}

/** A checkout runs its source as it is; the package carries the compiled form. */
function load(name) {
  const source = new URL(`../src/${name}.ts`, import.meta.url)
  return import(existsSync(source) ? source.href : new URL(`../dist/${name}.js`, import.meta.url).href)
}

/**
 * An `OperatorError` has an exit code and is told in one line, and so is a `UsageError` of a flag's value. Any other error is a bug and
 * shows its stack.
 */
function refuse(error) {
  // Help or the version was asked for and is printed.
  if (error.exitCode === 0) return
  const isUsage = error instanceof CommanderError || error.name === 'UsageError'
  const code = isUsage ? 2 : (error.exitCode ?? 1)
  if (process.argv.includes('--json') && (isUsage || error.exitCode !== undefined)) {
    const name = isUsage ? 'usage' : 'failed'
    const problem = { type: 'about:blank', title: name, status: 0, detail: error.message, code: name, request_id: null }
    process.stderr.write(`${JSON.stringify(problem)}\n`)
  } else {
    const usage = isUsage ? `\n\n${usageOf(given)}` : '\n'
    process.stderr.write(`ringback: ${code === 1 && error.exitCode === undefined ? error.stack : error.message}${usage}`)
  }
  process.exit(code)
}

/** The usage of the command that was meant, as far as it can be told. */
function usageOf(args) {
  let command = program
  for (const arg of args) command = command.commands.find((each) => each.name() === arg) ?? command
  const [usage] = command.helpInformation().split('\n')
  return command === program ? command.helpInformation() : `${usage}\n`
}

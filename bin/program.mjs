// The command line: which commands there are, their help, and how a wrong command line is refused. Plain JavaScript, as all of this
// folder: Nodes that cannot run the service still print its help.
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'

/** Exit code for a command line that cannot be taken. */
const WRONG_USAGE = 2
const READS_VARIABLES = 'Reads the variables of `ringback serve --help`'

/**
 * The program, to be given its arguments. Parsing them rejects with a `CommanderError`, whose message is one line for the user unless its
 * exit code is 0; then help or the version was printed.
 *
 * @param version Ringback's
 * @param run called with a command's name and its arguments; what it rejects with passes through
 */
export function createProgram(version, run) {
  const program = commandOf('ringback')
    .version(version, '-v, --version', 'print the version')
    .addHelpText('after', '\nThe service is configured by environment variables: ringback serve --help lists them.')
    .helpCommand(false)

  const add = (name, takes, about, more) => {
    const command = commandOf(name).description(about)
    command.addHelpText('after', () => `\n${more()}`)
    for (const each of takes) command.argument(`<${each}>`)
    program.addCommand(command.action(() => run(name, command.args)))
  }
  add('serve', [], 'start the service (also without a command)', () => {
    return `Environment variables, read once at the start, each with its default:\n\n${variables()}`
  })
  add('dev', [], 'start the service while you write handlers: anew on each save', () => {
    return `Prints each run in words. ${READS_VARIABLES}; a job that runs during a restart goes on after it.`
  })
  add('backup', ['FILE'], 'copy the database to FILE, while the service runs', () => {
    return `${READS_VARIABLES}. The master key is not in the copy: keep it apart.`
  })
  add('restore', ['FILE'], 'put the backup FILE into an empty data folder', () => {
    return `${READS_VARIABLES}. Bring the master key, then start.`
  })

  const help = commandOf('help').description('print this, or the help of a command').argument('[command]')
  help.action((name) => {
    const command = name === undefined ? program : program.commands.find((each) => each.name() === name)
    // Refuses an unknown name as it does without `help`.
    if (command === undefined) program.parse([name], { from: 'user' })
    else command.help()
  })
  return program.addCommand(help)
}

/** `ringback` alone starts the service, and `--help serve` is `help serve`. */
export function argumentsOf([first, ...rest]) {
  if (first === undefined) return ['serve']
  const isHelpOf = (first === '--help' || first === '-h') && rest.length > 0
  return isHelpOf ? ['help', ...rest] : [first, ...rest]
}

function commandOf(name) {
  const command = new Command(name).helpOption('-h, --help', 'print help')
  command.configureHelp({
    subcommandTerm: (each) => [each.name(), ...takenBy(each)].join(' '),
    commandUsage: () => (command.parent === null ? `${name} [command]` : [command.parent.name(), name, ...takenBy(command)].join(' ')),
  })
  return command.configureOutput({ outputError() {} }).exitOverride((error) => {
    throw error.exitCode === 0 ? error : new CommanderError(WRONG_USAGE, error.code, refusalOf(command, error))
  })
}

function takenBy(command) {
  return command.registeredArguments.map((each) => (each.required ? each.name() : `[${each.name()}]`))
}

function refusalOf(command, { code, message }) {
  const [, quoted = ''] = /'(.*?)'/.exec(message) ?? []
  const [, meant] = /\(Did you mean (.*)\?\)/.exec(message) ?? []
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`
  if (code === 'commander.unknownCommand') return `there is no command ${quoted}${suggestion}`
  if (code !== 'commander.unknownOption') {
    return `${command.name()} takes ${takenBy(command).join(' ') || 'no arguments'}; see ringback ${command.name()} --help`
  }
  const [flag] = quoted.split('=')
  if (['--help', '--version'].includes(flag)) return `${flag} takes no value`
  // `--port 80` was meant for a variable.
  const variable = flag.slice(2).toUpperCase().replaceAll('-', '_')
  if (variableNames().includes(variable)) return `there is no flag ${flag}; set the environment variable ${variable}`
  return `there is no flag ${flag}${suggestion || '; see ringback --help'}`
}

function variableNames() {
  return [...variables().matchAll(/^ {2}([A-Z_]+)/gm)].map(([, name]) => name)
}

/** What `ringback serve --help` lists, generated from the settings that the service reads. */
function variables() {
  return readFileSync(new URL('variables.txt', import.meta.url), 'utf8')
}

// The program: the commands of the service, their help, and how a wrong command line is refused. Plain JavaScript, as all of this
// folder: Nodes that cannot run the service still print its help. src/cli/ adds the commands that speak with a service.
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'

/** Exit code for a command line that cannot be taken. */
const WRONG_USAGE = 2
const READS_VARIABLES = 'Reads the variables of `ringback serve --help`'

/** What this folder runs itself. */
export const SERVICE_COMMANDS = ['serve', 'dev', 'backup', 'restore', 'migrate-store']

/**
 * The program, to be given its arguments. Parsing them rejects with a `CommanderError`, whose message is one line for the user unless its
 * exit code is 0; then help or the version was printed.
 *
 * @param version Ringback's
 * @param run called with a command's name, its arguments and its flags; what it rejects with passes through
 */
export function createProgram(version, run) {
  const program = commandOf('ringback')
    .version(version, '-v, --version', 'print the version')
    .addHelpText('after', '\nThe service is configured by environment variables: ringback serve --help lists them.')
    .helpCommand(false)

  const add = (name, takes, about, more, flags = []) => {
    const command = program.command(name).description(about)
    for (const [flag, meaning] of flags) command.requiredOption(flag, meaning)
    command.option('--json', 'JSON on standard output')
    command.addHelpText('after', () => `\n${more()}`)
    for (const each of takes) command.argument(`<${each}>`)
    command.action(() => run(name, command.args, command.opts()))
  }
  add('serve', [], 'start the service (also without a command)', () => {
    return `Environment variables, read once at the start, each with its default:\n\n${variables()}`
  })
  add('dev', [], 'start the service while you write handlers: anew on each save', () => {
    return `Prints each run in words, with --json as the lines of its log. ${READS_VARIABLES}; a job that runs during a restart goes on after it.`
  })
  add('backup', ['FILE'], 'copy the database to FILE, while the service runs', () => {
    return `${READS_VARIABLES}. The master key is not in the copy: keep it apart.`
  })
  add('restore', ['FILE'], 'put the backup FILE into an empty data folder', () => {
    return `${READS_VARIABLES}. Bring the master key, then start.`
  })

  const to = ['--to <URL>', 'an empty database: postgres://user:password@host:5432/name, as in DATABASE_URL']
  add(
    'migrate-store',
    [],
    'copy a stopped data folder into an empty PostgreSQL database, and compare',
    () => `${READS_VARIABLES}. The data folder stays as it is.`,
    [to],
  )

  const help = program.command('help').description('print this, or the help of a command').argument('[command...]')
  help.action((names) => helpOf(program, names))
  return program
}

/** `ringback` alone starts the service, and `--help serve` is `help serve`. */
export function argumentsOf([first, ...rest]) {
  if (first === undefined) return ['serve']
  const isHelpOf = (first === '--help' || first === '-h') && rest.length > 0
  return isHelpOf ? ['help', ...rest] : [first, ...rest]
}

/** Prints the help of the command, or refuses an unknown name as it is refused without `help`. */
function helpOf(command, [name, ...rest]) {
  if (name === undefined) return command.help()
  const next = command.commands.find((each) => each.name() === name)
  if (next === undefined) return command.parse([name], { from: 'user' })
  return helpOf(next, rest)
}

function commandOf(name) {
  const command = new Command(name).helpOption('-h, --help', 'print help').helpCommand(false)
  command.createCommand = commandOf
  // Each has its own: what would be inherited names the command that it was made for.
  command.copyInheritedSettings = () => command
  command.configureHelp({
    // Only behind `=`: a word behind it is the next argument.
    optionTerm: ({ flags }) => flags.replace(' [', '[='),
    subcommandTerm: (each) => [each.name(), ...takenBy(each)].join(' '),
    commandUsage: () => [pathOf(command), ...takenBy(command)].join(' '),
  })
  return command.configureOutput({ outputError() {}, writeErr() {} }).exitOverride((error) => {
    throw error.exitCode === 0 ? error : new CommanderError(WRONG_USAGE, error.code, refusalOf(command, error))
  })
}

/** `ringback jobs submit` */
function pathOf(command) {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

function takenBy(command) {
  if (command.commands.length > 0) return ['[command]']
  return command.registeredArguments.map((each) => (each.required ? each.name() : `[${each.name()}]`))
}

function refusalOf(command, { code, message }) {
  const path = pathOf(command)
  const [, quoted = ''] = /'(.*?)'/.exec(message) ?? []
  const [, meant] = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message) ?? []
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`
  const parent = path.slice('ringback'.length)
  if (code === 'commander.unknownCommand')
    return `there is no command${parent} ${quoted}${suggestion || (parent && `; see ${path} --help`)}`
  if (code === 'commander.help') return `${parent.trim()} takes a command: ${command.commands.map((each) => each.name()).join(', ')}`
  if (code === 'commander.optionMissingArgument') return `${flagIn(quoted)} takes a value; see ${path} --help`
  if (code === 'commander.missingMandatoryOptionValue') return `${parent.trim()} needs ${flagIn(quoted)}; see ${path} --help`
  if (code !== 'commander.unknownOption') {
    return `${parent.trim()} takes ${takenBy(command).join(' ') || 'no arguments'}; see ${path} --help`
  }
  const [flag] = quoted.split('=')
  if (['--help', '--version', '--json'].includes(flag)) return `${flag} takes no value`
  // `--port 80` was meant for a variable.
  const variable = flag.slice(2).toUpperCase().replaceAll('-', '_')
  if (variableNames().includes(variable)) return `there is no flag ${flag}; set the environment variable ${variable}`
  const isService = SERVICE_COMMANDS.includes(command.name())
  return `there is no flag ${flag}${suggestion || `; see ${isService ? 'ringback' : path} --help`}`
}

/** The long form in `-o, --output <FILE>`. */
function flagIn(flags) {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags
}

function variableNames() {
  return [...variables().matchAll(/^ {2}([A-Z_]+)/gm)].map(([, name]) => name)
}

/** What `ringback serve --help` lists, generated from the settings that the service reads. */
function variables() {
  return readFileSync(new URL('variables.txt', import.meta.url), 'utf8')
}

/** The command line over a service: its commands, added to the program that also serves. */
import { type Command, Option } from 'commander'
import { createClientOver } from '../client/client.ts'
import type { CommandSpec, Given, Invocation, OptionSpec } from './call/command.ts'
import { failureOf } from './call/failure.ts'
import { nameOf } from './call/list.ts'
import { completionCommand } from './commands/local/completion.ts'
import { COMMANDS, GROUPS } from './commands.ts'
import type { CompletionTree } from './output/completion.ts'
import { createPrinter } from './output/printer.ts'
import { chooseService, type ServiceChoice } from './profile/service.ts'
import { EXIT, Interrupted } from './world/ends.ts'
import type { World } from './world/world.ts'

/** Flags of every command. */
const COMMON: readonly OptionSpec[] = [
  { flags: '--json', about: 'JSON on standard output, a problem document on standard error' },
  { flags: '--profile <NAME>', about: 'a profile of ringback login' },
]

/** @param end called with the exit code of the command that was run */
export function addCommands(program: Command, world: World, end: (code: number) => void): void {
  const groups = new Map<string, Command>()
  // Groups stand where their first command does.
  const groupOf = (name: string): Command => {
    const known = groups.get(name) ?? program.command(name).description(GROUPS[name] ?? '')
    groups.set(name, known)
    return known
  }
  for (const spec of [...COMMANDS, completionCommand(() => treeOf(program))]) {
    const [first = '', second] = spec.path.split(' ')
    const parent = second === undefined ? program : groupOf(first)
    const command = parent.command(second ?? first).description(spec.about)
    for (const argument of spec.args ?? []) command.argument(argument)
    for (const option of [...(spec.options ?? []), ...COMMON]) command.addOption(optionOf(option))
    if (spec.more !== undefined) command.addHelpText('after', `\n${spec.more}`)
    command.action(async () => end(await runCommand(spec, world, { args: command.args, options: command.opts() })))
  }
}

/** Arguments as the program takes them: flags of every command also before its name, and `--wait` with a value only behind `=`. */
export function cliArguments(args: readonly string[]): string[] {
  const at = args.findIndex((one) => one !== '--json')
  const [flags, rest] = at < 0 ? [[], args] : [args.slice(0, at), args.slice(at)]
  const stop = rest.indexOf('--')
  const [before, after] = stop < 0 ? [rest, []] : [rest.slice(0, stop), rest.slice(stop)]
  const named = before.flatMap((one, place) => {
    if (one === '--wait' && !/^\d/.test(before[place + 1] ?? '')) return ['--wait=']
    return [one]
  })
  return [...named, ...flags, ...after]
}

/** Runs one command to its end, and gives the exit code. Never rejects. */
export async function runCommand(
  spec: CommandSpec,
  world: World,
  { args, options }: { args: readonly string[]; options: Readonly<Record<string, unknown>> },
): Promise<number> {
  const given = givenOf(options)
  const out = createPrinter(world, given.has('json'))
  const own = new AbortController()
  world.onInterrupt(() => own.abort(new Interrupted()))
  let choice: ServiceChoice | null = null
  const service = () => {
    choice ??= chooseService(world, given.text('profile'))
    return choice
  }
  const client = (meant: ServiceChoice = service()) => {
    choice = meant
    const { url, key } = meant
    return createClientOver({ url, key, fetch: world.fetch, headers: { 'user-agent': agentOf(world) }, time: world.time })
  }
  const call: Invocation = { args, given, world, out, signal: own.signal, service, client }
  try {
    return (await spec.run(call)) ?? EXIT.ok
  } catch (error) {
    const thing = args.filter((one) => one.length < 100).join(' ')
    const asked = { thing, url: (choice as ServiceChoice | null)?.url ?? null, command: spec.path }
    const { code, line, problem } = failureOf(own.signal.aborted ? own.signal.reason : error, asked)
    if (line !== null) await out.words(out.json ? JSON.stringify(problem) : `ringback: ${line}`)
    return code
  }
}

/** What completes behind each path of commands. */
function treeOf(program: Command): CompletionTree {
  const rows = (command: Command, path: string): [string, CompletionTree[string]][] => [
    [
      path,
      {
        commands: command.commands.map((each) => ({ name: each.name(), about: each.description() })),
        flags: [...command.options.flatMap(({ long }) => long ?? []), '--help'],
      },
    ],
    ...command.commands.flatMap((each) => rows(each, `${path} ${each.name()}`.trim())),
  ]
  return Object.fromEntries(rows(program, ''))
}

function agentOf({ version }: World): string {
  return `ringback-cli/${version}`
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.about)
  const flag = `--${nameOf(spec)}`
  const { parse, repeats } = spec
  return option.argParser((text: string, before: unknown) => {
    const value = parse === undefined ? text : parse(text, flag)
    return repeats ? [...((before as unknown[]) ?? []), value] : value
  })
}

function givenOf(options: Readonly<Record<string, unknown>>): Given {
  const value = (name: string): unknown => options[name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())]
  return {
    has: (name) => value(name) !== undefined,
    text: (name) => value(name) as string | undefined,
    texts: (name) => (value(name) as readonly string[] | undefined) ?? [],
    number(name) {
      const found = value(name)
      return typeof found === 'number' ? found : undefined
    },
  }
}

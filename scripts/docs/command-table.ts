/** The commands of the program as a table of docs/command-line.md, read from the program itself. */
import type { Command } from 'commander'
import { addCommands } from '../../src/cli/cli.ts'
import { realWorld } from '../../src/cli/world/real-world.ts'

/** Flags that every command has. */
const COMMON = ['--json', '--profile']

/** Modules of `bin/` are plain JavaScript without types. */
const { createProgram } = (await import('../../bin/program.mjs' as string)) as {
  createProgram(version: string, run: () => void): Command
}

/** Every command with its arguments, what it does, and its own flags. */
export function commandTable(): string {
  const program = createProgram('0', () => {})
  addCommands(program, realWorld(process, '0'), () => {})
  const rows = leavesOf(program, '').map(({ path, command }) => {
    const takes = command.registeredArguments.map((each) => (each.required ? ` ${each.name()}` : ` [${each.name()}]`)).join('')
    const own = command.options.filter(({ long }) => !COMMON.includes(long ?? ''))
    const flags = own.map(({ flags }) => code(flags.replace(' [', '[=').replaceAll(/[<>]/g, '')))
    return `| ${code(path + takes)} | ${command.description()} | ${flags.join(' ')} |`
  })
  return ['| command | what it does | its flags |', '|---|---|---|', ...rows].join('\n')
}

function leavesOf(command: Command, path: string): { path: string; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }]
  return command.commands.flatMap((each) => leavesOf(each, `${path} ${each.name()}`.trim()))
}

/** A bar would end the cell. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}

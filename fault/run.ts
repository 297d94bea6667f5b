/** `npm run fault [-- <command>]`: breaks the real service on purpose and checks what became of the work. */
import { COMMANDS } from './commands.ts'

const print = (line: string) => console.log(line)

async function main([name, ...args]: string[]): Promise<boolean> {
  if (name === undefined) {
    print(usage())
    return true
  }
  const command = COMMANDS.get(name)
  if (command === undefined) throw new Error(`there is no fault command ${name}\n\n${usage()}`)
  return command.run(args, print)
}

function usage(): string {
  const entries = [...COMMANDS.values()].map(({ name, usage, about }) => `  ${name} ${usage}\n      ${about}`)
  return ['npm run fault -- <command> [--write]', ...entries, '  --write puts the figures into docs/figures/<command>.json'].join('\n\n')
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

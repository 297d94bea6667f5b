/** What a command of the command line is: a row of the table, and what it is called with. */
import type { Client } from '../../client/client.ts'
import type { Printer } from '../output/printer.ts'
import type { ServiceChoice } from '../profile/service.ts'
import type { World } from '../world/world.ts'

/** One flag. */
export interface OptionSpec {
  /** As commander has it: `--tag <T>`, `-o, --output <FILE>`, `--wait [SECONDS]`, `--yes`. */
  flags: string
  about: string
  /** Judges the value; throws a UsageError. */
  parse?: (text: string, flag: string) => unknown
  /** May be given several times. */
  repeats?: true
}

/** The flags that were given, by their long names. */
export interface Given {
  has(name: string): boolean
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  number(name: string): number | undefined
}

/** One call of a command. */
export interface Invocation {
  readonly args: readonly string[]
  readonly given: Given
  readonly world: World
  readonly out: Printer
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** The service that is meant. Throws a UsageError for one that cannot be. */
  service(): ServiceChoice
  /** A client of the service that is meant, or of this one; what fails then names it. */
  client(service?: ServiceChoice): Client
}

/** A command: one file each. */
export interface CommandSpec {
  /** `jobs submit` */
  path: string
  /** As commander has it: `<ID>`, `[FILE]`. */
  args?: readonly string[]
  about: string
  options?: readonly OptionSpec[]
  /** Shown below the flags by `--help`. */
  more?: string
  /** Gives the exit code; 0 when it gives none. */
  run(call: Invocation): Promise<number | undefined>
}

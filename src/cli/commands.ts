/** The commands that speak with a service, in the order of the help. */
import type { CommandSpec } from './call/command.ts'
import { cancelCommand } from './commands/jobs/cancel.ts'
import { getCommand } from './commands/jobs/get.ts'
import { listCommand } from './commands/jobs/list.ts'
import { resultCommand } from './commands/jobs/result.ts'
import { submitCommand } from './commands/jobs/submit.ts'
import { waitCommand } from './commands/jobs/wait.ts'

/** Commands that have commands, and what those are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  jobs: 'submit jobs, wait for them, read what came of them',
}

/** Every command. */
export const COMMANDS: readonly CommandSpec[] = [
  submitCommand,
  getCommand,
  waitCommand,
  resultCommand,
  cancelCommand,
  listCommand,
]

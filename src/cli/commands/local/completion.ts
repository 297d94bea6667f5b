import type { CommandSpec } from '../../call/command.ts'
import { type CompletionTree, SCRIPTS } from '../../output/completion.ts'
import { UsageError } from '../../world/ends.ts'

/** `ringback completion SHELL`, for the commands there are. */
export function completionCommand(tree: () => CompletionTree): CommandSpec {
  return {
    path: 'completion',
    args: ['<SHELL>'],
    about: 'print the completion script for bash, zsh or fish',
    more: [
      'bash: source <(ringback completion bash)   in ~/.bashrc',
      'zsh:  source <(ringback completion zsh)    in ~/.zshrc, behind compinit',
      'fish: ringback completion fish | source    in ~/.config/fish/config.fish',
    ].join('\n'),
    async run({ args, out }) {
      const [shell = ''] = args
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell]?.(tree()) : undefined
      if (script === undefined) throw new UsageError(`completion takes ${Object.keys(SCRIPTS).join(', ')}`)
      await out.result({ shell, script }, () => script)
      return undefined
    },
  }
}

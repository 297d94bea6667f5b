/** Completion scripts, made from the tree of commands. Pure. Names of commands and flags are letters and dashes alone. */

/** What can stand behind a path of commands. */
export interface CompletionTree {
  /** By path: `''` for the program itself, `jobs`, `jobs submit`. */
  readonly [path: string]: { commands: readonly { name: string; about: string }[]; flags: readonly string[] }
}

/** By the name of the shell. */
export const SCRIPTS: Readonly<Record<string, (tree: CompletionTree) => string>> = { bash, zsh, fish }

function bash(tree: CompletionTree): string {
  return `# bash completion of ringback
_ringback() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${pathCases(tree, '      ')}
    esac
  done
  case "$path" in
${wordCases(tree, '    ')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  # A file is what most other words are.
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
}
complete -F _ringback ringback`
}

function zsh(tree: CompletionTree): string {
  return `#compdef ringback
_ringback() {
  local path_='' word
  local -a words_
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
${pathCases(tree, '      ').replaceAll('path=', 'path_=')}
    esac
  done
  case "$path_" in
${wordCases(tree, '    ').replace(/words='([^']*)'/g, 'words_=($1)')}
  esac
  compadd -a words_ || _files
}
compdef _ringback ringback`
}

function fish(tree: CompletionTree): string {
  const rows = Object.entries(tree).flatMap(([path, { commands, flags }]) => {
    const condition = `__ringback_at '${path}'`
    return [
      ...commands.map(
        ({ name, about }) => `complete -c ringback -f -n "${condition}" -a ${name} -d '${about.replaceAll(/['\\]/g, '\\$&')}'`,
      ),
      ...flags.map((flag) => `complete -c ringback -n "${condition}" -l ${flag.replace(/^--/, '')}`),
    ]
  })
  return `# fish completion of ringback
function __ringback_at
  set -l path ''
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
${Object.keys(tree)
  .filter((path) => path !== '')
  .map((path) => `      case '${keyOf(path)}'\n        set path '${path}'`)
  .join('\n')}
    end
  end
  test "$path" = "$argv[1]"
end
${rows.join('\n')}`
}

/** `jobs submit` is found by the path so far and one more word, ` jobs` behind the empty path. */
function keyOf(path: string): string {
  return path.includes(' ') ? path : ` ${path}`
}

function pathCases(tree: CompletionTree, indent: string): string {
  const paths = Object.keys(tree).filter((path) => path !== '')
  return paths.map((path) => `${indent}'${keyOf(path)}') path='${path}' ;;`).join('\n')
}

function wordCases(tree: CompletionTree, indent: string): string {
  return Object.entries(tree)
    .map(([path, { commands, flags }]) => `${indent}'${path}') words='${[...commands.map(({ name }) => name), ...flags].join(' ')}' ;;`)
    .join('\n')
}

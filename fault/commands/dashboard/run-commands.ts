/** What a shell makes of the commands that a page shows. */
import { spawnSync } from 'node:child_process'

/** A shell in which `curl` does nothing, and in which no other program is found. */
const SHELL = `curl() { :; }
KEY=key
`

/** What the commands do besides calling curl, a line for each thing that a shell has tried. */
export function strayWords(commands: readonly string[]): string[] {
  const script = SHELL + commands.map((command) => `( ${command}\n)\n`).join('')
  const { stderr, status } = spawnSync('/bin/sh', ['-s'], { input: script, env: { PATH: '' }, encoding: 'utf8' })
  const lines = stderr.split('\n').filter((line) => line !== '')
  return lines.length === 0 && status !== 0 ? [`the shell ended with ${status}`] : lines
}

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, onTestFinished, test } from 'vitest'
import { realWorld } from '../../src/cli/world/real-world.ts'
import { programOver, run } from './program.ts'

const program = programOver(realWorld(process, '1.2.3'), () => {})
const leaves = leavesOf(program, '')

/** Every command that the contract names. */
const CONTRACT = [
  ...['submit', 'get', 'wait', 'result', 'cancel', 'list'].map((verb) => `jobs ${verb}`),
  ...['list', 'get', 'replay', 'discard'].map((verb) => `deliveries ${verb}`),
  ...['list', 'summary', 'replay'].map((verb) => `dead-letters ${verb}`),
  ...['events list', 'events tail', 'listen', 'secret show', 'secret rotate', 'verify', 'sign', 'doctor', 'login', 'dev', 'completion'],
  ...['serve', 'backup', 'restore', 'migrate-store'],
]

function leavesOf(command: Command, path: string): { path: string; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }]
  return command.commands.flatMap((each) => leavesOf(each, `${path} ${each.name()}`.trim()))
}

test('every command of the contract is there', () => {
  expect(leaves.map(({ path }) => path)).toEqual(expect.arrayContaining(CONTRACT))
})

test.each(leaves.map(({ path, command }) => [path, command] as const))('`%s --help` tells what it takes and does', (path, command) => {
  const help = command.helpInformation()
  expect(help).toMatch(new RegExp(`^Usage: ringback ${path}(?: |\\n)`))
  expect(help).toContain(command.description().split(' ').slice(0, 3).join(' '))
  expect(help).toContain('--help')
  if (path !== 'help') expect(help).toContain('--json')
})

const SHELLS = [
  ['bash', ['-n']],
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
] as const

test.each(SHELLS)('%s can read its completion script, which knows every command and flag', async (shell, flags) => {
  const { ended, stdout } = run({ args: ['completion', shell] })
  expect(await ended).toBe(0)
  for (const { path, command } of leaves) {
    expect(stdout()).toContain(path)
    for (const { long } of command.options) expect(stdout()).toContain(long?.replace('--', ''))
  }
  if (!isInstalled(shell)) {
    if (process.env.CI === 'true') throw new Error(`${shell} is not installed`)
    console.warn(`SKIPPED: ${shell} is not installed, so nobody has read its completion script`)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'ringback-completion-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'script'), stdout())
  expect(spawnSync(shell, [...flags, join(folder, 'script')], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})

test.skipIf(!isInstalled('bash'))('in bash a word is completed by the commands and flags that can stand there', async () => {
  const { ended, stdout } = run({ args: ['completion', 'bash'] })
  await ended
  const complete = (...words: string[]) => {
    const typed = ['ringback', ...words].map((word) => `'${word}'`).join(' ')
    const script = `${stdout()}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _ringback; echo "\${COMPREPLY[@]}"`
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim()
  }
  expect(complete('jo')).toBe('jobs')
  expect(complete('jobs', 's')).toBe('submit')
  expect(complete('jobs', 'submit', '--wa')).toBe('--wait')
  expect(complete('dead-letters', 'replay', '--dr')).toBe('--dry-run')
})

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0
}

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { settingsOf } from '../../src/config/setting.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const program = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))

function run(args: string[], node = process.versions.node) {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${node}'})`
  return spawnSync(process.execPath, ['--import', pretend, program, ...args], { encoding: 'utf8', env: { JOB_TIMEOUT: 'never' } })
}

test.each(['18.20.4', '20.20.2', '22.18.0'])(
  'Node %s is told which Node is needed and how to get it, before anything else is loaded',
  (version) => {
    const { status, stderr, stdout } = run(['serve'], version)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^Ringback needs Node ≥ 22.21, this is ${version}\\. npm i -D node@24 .*\\n$`))
  },
)

test('Node 22.21 is enough', () => {
  expect(run(['serve'], '22.21.0').stderr).toMatch(/^ringback: JOB_TIMEOUT /)
})

test('--version prints the version of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  for (const flag of ['--version', '-v']) expect(run([flag])).toMatchObject({ status: 0, stdout: `${version}\n` })
})

test.each([['--help'], ['-h'], ['help']])('%s prints every command, on old Nodes too', (flag) => {
  for (const node of [process.versions.node, '20.20.2']) {
    const { status, stdout, stderr } = run([flag], node)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const command of ['serve', 'backup FILE', 'restore FILE']) expect(stdout).toContain(`  ${command} `)
  }
})

test.each([
  ['serve', '--help'],
  ['serve', '-h'],
  ['--help', 'serve'],
  ['help', 'serve'],
])('%s %s lists every variable, on old Nodes too', (...args) => {
  for (const node of [process.versions.node, '20.20.2']) {
    const { status, stdout } = run(args, node)
    expect(status).toBe(0)
    expect(stdout).toContain('Usage: ringback serve')
    for (const { name } of settingsOf(SETTINGS)) expect(stdout).toMatch(new RegExp(`^  ${name}(?: \\(.*\\))?: `, 'm'))
  }
})

test.each(['backup', 'restore'])('%s --help tells what it takes', (command) => {
  expect(run([command, '--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining(`Usage: ringback ${command} FILE\n`) })
})

test.each([
  [['nonsense'], 'there is no command nonsense'],
  [['constructor'], 'there is no command constructor'],
  [['srve'], 'there is no command srve; did you mean serve?'],
  [['help', 'backp'], 'there is no command backp; did you mean backup?'],
  [['--hlep'], 'there is no flag --hlep; did you mean --help?'],
  [['serve', '--handlers-dir=x'], 'there is no flag --handlers-dir; set the environment variable HANDLERS_DIR'],
  [['serve', '-p', '80'], 'there is no flag -p; see ringback --help'],
  [['serve', '--constructor'], 'there is no flag --constructor; see ringback --help'],
  [['serve', '--help=no'], '--help takes no value'],
  [['serve', 'twice'], 'serve takes no arguments; see ringback serve --help'],
  [['backup'], 'backup takes FILE; see ringback backup --help'],
  [['backup', '--now'], 'there is no flag --now; see ringback --help'],
  [['migrate-store'], 'migrate-store needs --to; see ringback migrate-store --help'],
  [['restore', 'a', 'b'], 'restore takes FILE; see ringback restore --help'],
])('%s is refused with words, and with what was probably meant', (args, words) => {
  const { status, stderr, stdout } = run(args)
  expect({ status, stdout, words: stderr.split('\n')[0] }).toEqual({ status: 2, stdout: '', words: `ringback: ${words}` })
  expect(stderr).toContain('Usage: ringback')
})

test('a wrong setting ends the start with one line', () => {
  expect(run(['serve'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^ringback: JOB_TIMEOUT .*\n$/) })
})

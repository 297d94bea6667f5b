import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))

function run(args: string[], node = process.versions.node) {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${node}'})`
  return spawnSync(process.execPath, ['--import', pretend, program, ...args], { encoding: 'utf8', env: { JOB_TIMEOUT: 'never' } })
}

test.each(['18.20.4', '20.20.2', '22.18.0'])('Node %s is told which Node is needed, before anything else is loaded', (version) => {
  const { status, stderr, stdout } = run(['serve'], version)
  expect({ status, stderr, stdout }).toEqual({ status: 1, stderr: `Ringback needs Node ≥ 22.19, this is ${version}\n`, stdout: '' })
})

test('Node 22.19 is enough', () => {
  expect(run(['--version'], '22.19.0').status).toBe(0)
})

test('--version prints the version of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` })
})

test('--help names every command', () => {
  const { status, stdout } = run(['--help'])
  expect(status).toBe(0)
  for (const command of ['serve', 'backup FILE', 'restore FILE']) expect(stdout).toContain(`  ${command} `)
})

test.each([['nonsense'], ['constructor'], ['serve', 'twice'], ['backup'], ['backup', '--now'], ['restore', 'a', 'b']])(
  '%s %s is refused with words',
  (...args) => {
    expect(run(args)).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage: ringback') })
  },
)

test('a wrong setting ends the start with one line', () => {
  expect(run(['serve'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/^ringback: JOB_TIMEOUT .*\n$/) })
})

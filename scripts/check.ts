/** `npm run check`: all checks of the source that need not run it. Exit 0 only if all of it holds. */
import { spawnSync } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const node = process.execPath

const CHECKS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', '.'],
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ['import rules', node, 'scripts/check-imports.ts'],
  ['references', node, 'scripts/check-docs.ts'],
  ['generated files', node, 'scripts/generate.ts', '--check'],
  ['sizes and docstrings', node, 'scripts/check-code.ts'],
  ['words in the source', node, 'scripts/check-text.ts'],
  ['unused code', 'knip'],
  ['lock file', node, 'scripts/check-lock.ts'],
  ['migrations', node, 'scripts/check-migrations.ts'],
  ['OpenAPI document', node, 'scripts/check-openapi.ts'],
]

const env = { ...process.env, PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH}` }
let failed = 0
for (const [name, command, ...args] of CHECKS) {
  const started = performance.now()
  const done = spawnSync(command, args, { cwd: root, env, encoding: 'utf8' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}`.trim()
  const ok = done.status === 0
  if (!ok) failed += 1
  const lastLine = output.split('\n').at(-1) ?? ''
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(20)} ${seconds.padStart(5)} s  ${ok ? lastLine : ''}`.trimEnd())
  if (!ok) console.log(output.replace(/^/gm, '     '))
}
console.log(failed === 0 ? `all ${CHECKS.length} checks passed` : `${failed} of ${CHECKS.length} checks failed`)
process.exit(failed === 0 ? 0 : 1)

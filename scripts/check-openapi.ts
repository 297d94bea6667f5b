/** The OpenAPI document the service answers with is one that tools accept: linted by the rules of `redocly.yaml`. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const printed = spawnSync(process.execPath, ['scripts/openapi.ts'], { encoding: 'utf8' })
if (printed.status !== 0) {
  console.log(printed.stderr)
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'ringback-openapi-'))
try {
  const file = join(folder, 'openapi.json')
  writeFileSync(file, printed.stdout)
  // Linting is a local matter: no usage data, no look for a newer version.
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const redocly = join('node_modules', '.bin', 'redocly')
  const linted = spawnSync(process.execPath, [redocly, 'lint', '--config', 'redocly.yaml', file], { encoding: 'utf8', env })
  if (linted.status !== 0) console.log(`${linted.stdout}${linted.stderr}`)
  const paths = Object.keys(JSON.parse(printed.stdout).paths)
  console.log(`${paths.length} paths`)
  process.exitCode = linted.status === 0 && paths.length > 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

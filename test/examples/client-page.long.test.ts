/** The code of docs/client.md: each block compiles strictly, and runs as a program of its own. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { EXAMPLE_HANDLERS } from '../../src/config/load.ts'
import { sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { ALONE } from '../support/topologies.ts'
import { hasPython } from './has-python.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/client.md'), 'utf8')
const CLIENT_SOURCE = new URL('../support/client-source.ts', import.meta.url).href
const OPTIONS = {
  baseUrl: root,
  ignoreDeprecations: '6.0',
  allowImportingTsExtensions: true,
  noEmit: true,
  typeRoots: [join(root, 'node_modules/@types')],
}

const running = sharedService(ALONE, { HANDLERS_DIR: EXAMPLE_HANDLERS })

test('every block of the page for the client compiles and does what it says', async () => {
  const { folder, service } = running()
  const blocks = blocksOf('ts')
  const names = blocks.map((_, n) => `block-${n}.mts`)
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await symlink(EXAMPLE_HANDLERS, join(folder, 'handlers'))
  for (const [n, text] of blocks.entries()) await writeFile(join(folder, `block-${n}.mts`), text)
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: OPTIONS, include: [], files: names }),
  )
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch((error) =>
    expect.unreachable(`docs/client.md does not compile:\n${error.stdout}`),
  )

  const env = { ...process.env, RINGBACK_URL: service.url, RINGBACK_API_KEY: ADMIN_KEY }
  const printed: string[] = []
  for (const name of names) printed.push((await run(process.execPath, ['--import', CLIENT_SOURCE, name], { cwd: folder, env })).stdout)
  expect(printed).toEqual([
    expect.stringMatching(/^job_\S+ completed \{/),
    // It may have ended before the watch began.
    expect.stringMatching(/^failed 25\npayment_declined\n409 job_failed\n$/m),
    expect.stringMatching(/^\S+\n$/),
    expect.stringMatching(/^job_\S+ \S+\nevt_\S+ job_\S+\n$/),
    '',
  ])
})

test.runIf(hasPython)('the block in Python does what it says', async () => {
  const { folder, service } = running()
  const [block = ''] = blocksOf('python')
  await writeFile(join(folder, 'block.py'), block)
  const PYTHONPATH = join(root, 'examples/python')
  const env = { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1', RINGBACK_URL: service.url, RINGBACK_API_KEY: ADMIN_KEY }
  expect((await run('python3', ['block.py'], { cwd: folder, env })).stdout).toBe('completed\n')
})

function blocksOf(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text)
}

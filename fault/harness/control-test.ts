/**
 * Tests of controls. A control tests the check and not the product, so it runs again only when the harness, the command, or what its
 * sabotage changes is another than when it was seen last. With `CI=true` it always runs.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { it, type TestContext } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CACHE = join(ROOT, 'node_modules/.cache/ringback-controls.json')
/** It ends a control that hangs, milliseconds. */
const TIMEOUT_MS = 300_000

/** @param module the `import.meta.url` of the test file, which lies in the folder of its command */
export function controlTest(name: string, module: string, run: (context: TestContext) => Promise<void>): void {
  const folder = dirname(fileURLToPath(module))
  const key = `${relative(ROOT, folder)}: ${name}`
  it(name, { timeout: TIMEOUT_MS }, async (context) => {
    const hash = hashOf(filesOf(folder))
    if (process.env.CI !== 'true' && seenBefore()[key] === hash) context.skip('unchanged since it was seen')
    await run(context)
    mkdirSync(dirname(CACHE), { recursive: true })
    writeFileSync(CACHE, `${JSON.stringify({ ...seenBefore(), [key]: hash }, null, 2)}\n`)
  })
}

function seenBefore(): Record<string, string> {
  return existsSync(CACHE) ? JSON.parse(readFileSync(CACHE, 'utf8')) : {}
}

/** What a control depends on: the harness, the command, its sabotage, and the source that is changed by it. */
function filesOf(folder: string): string[] {
  const own = ['fault/harness', 'fault/handlers', 'test/support'].flatMap((name) => filesIn(join(ROOT, name))).concat(filesIn(folder))
  const texts = filesIn(folder).map((file) => readFileSync(file, 'utf8'))
  const names = new Set(
    texts.flatMap((text) => [...text.matchAll(/\b(sabotage|tuning)\('([\w-]+)'\)/g)].map(([, where, what]) => `${where}/${what}.ts`)),
  )
  const builds = [...names].map((name) => join(ROOT, 'fault', name))
  const source = builds.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/'([\w/-]+\.ts)'/g)].map(([, path = '']) => join(ROOT, 'src', path)),
  )
  return [...own, ...builds, ...source.filter((file) => existsSync(file))].toSorted()
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${relative(ROOT, file)}\n`).update(readFileSync(file))
  return hash.digest('hex')
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { importedFiles } from '../../src/dev/imported-files.ts'
import { tempFolder } from '../store/temp-folder.ts'

it('follows relative imports out of the folder, through one another, and passes over what is not there', () => {
  const folder = tempFolder()
  mkdirSync(join(folder, 'handlers/deep'), { recursive: true })
  mkdirSync(join(folder, 'lib'))
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text)
  write('handlers/a.ts', `import { b } from '../lib/b.ts'\nimport z from 'zod'\nimport './deep/c.mjs'`)
  write('handlers/deep/c.mjs', `const d = await import('../../lib/d.json', { with: { type: 'json' } })\nrequire('../../lib/gone.cjs')`)
  write('lib/b.ts', `export { e } from "./e.js"`)
  write('lib/d.json', '{}')
  write('lib/e.js', `import '../handlers/a.ts'\nimport './b.ts'`)
  write('lib/unused.ts', '')
  expect(importedFiles(join(folder, 'handlers')).sort()).toEqual(['lib/b.ts', 'lib/d.json', 'lib/e.js'].map((name) => join(folder, name)))
  expect(importedFiles(join(folder, 'nowhere'))).toEqual([])
})

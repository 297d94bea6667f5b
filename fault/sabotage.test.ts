import { readdirSync, readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { rewrite } from './harness/rewrite-source.ts'

vi.mock('./harness/rewrite-source.ts', () => ({ rewrite: vi.fn() }))

const SOURCE = new URL('../src/', import.meta.url)
const rewriting = ['sabotage', 'tuning'].flatMap((folder) => {
  const files = readdirSync(new URL(`${folder}/`, import.meta.url)).map((name) => `${folder}/${name}`)
  return files.filter((file) => readFileSync(new URL(file, import.meta.url), 'utf8').includes('rewrite-source.ts'))
})

it.each(rewriting)('%s finds what it changes in the source, exactly once', async (path) => {
  vi.mocked(rewrite).mockClear()
  await import(new URL(path, import.meta.url).href)
  const changes = vi.mocked(rewrite).mock.calls
  expect(changes.length).toBeGreaterThan(0)
  for (const [file, from] of changes) expect(readFileSync(new URL(file, SOURCE), 'utf8').split(from), `${file}: ${from}`).toHaveLength(2)
})

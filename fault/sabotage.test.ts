import { readdirSync, readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { rewrite } from './sabotage/rewrite.ts'

vi.mock('./sabotage/rewrite.ts', () => ({ rewrite: vi.fn() }))

const FOLDER = new URL('./sabotage/', import.meta.url)
const SOURCE = new URL('../src/', import.meta.url)
const rewriting = readdirSync(FOLDER).filter((name) => readFileSync(new URL(name, FOLDER), 'utf8').includes("from './rewrite.ts'"))

it.each(rewriting)('%s finds what it changes in the source, exactly once', async (name) => {
  vi.mocked(rewrite).mockClear()
  await import(`./sabotage/${name}`)
  const changes = vi.mocked(rewrite).mock.calls
  expect(changes.length).toBeGreaterThan(0)
  for (const [file, from] of changes) expect(readFileSync(new URL(file, SOURCE), 'utf8').split(from), `${file}: ${from}`).toHaveLength(2)
})

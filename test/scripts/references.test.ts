import { describe, expect, test } from 'vitest'
import { anchorsIn, brokenInMarkdown, brokenInSource, type Repository, rowsIn } from '../../scripts/docs/references.ts'

const PAGE = '# A page\n\n## What counts, and why\n\n| id | what |\n|---|---|\n| D1 | kept |\n| FA2 | kept too |\n'
const FILES = new Set(['README.md', 'docs/page.md', 'src/main.ts', 'test/http'])

const repository: Repository = {
  exists: (path) => FILES.has(path),
  anchorsOf: (path) => (path === 'docs/page.md' ? anchorsIn(PAGE) : undefined),
  npmScripts: new Set(['check', 'fault', 'bench']),
  commands: { fault: new Set(['kill']), bench: new Set(['accept']) },
  rows: rowsIn(PAGE),
}

const inMarkdown = (text: string) => brokenInMarkdown(text, 'docs/other.md', repository).map(({ what }) => what)
const inSource = (text: string) => brokenInSource(text, repository).map(({ what }) => what)

test('headings are anchors as forges make them', () => {
  expect([...anchorsIn(PAGE)]).toEqual(['a-page', 'what-counts-and-why'])
})

describe('markdown', () => {
  test.each([
    '[page](page.md) [part](page.md#what-counts-and-why) [up](../README.md) [out](https://example.org/x)',
    '`src/main.ts`, `npm run fault -- kill`, `npx vitest run test/http`, rows D1 and FA2',
    '```\n[not a link](nowhere.md)\n```',
    '`POST /v1/jobs`, `data/file.db`, `/v1/jobs/{id}`',
  ])('has no fault in %j', (text) => {
    expect(inMarkdown(text)).toEqual([])
  })

  test.each([
    ['[page](nowhere.md)', 'nowhere.md'],
    ['[part](page.md#nothing)', 'page.md#nothing'],
    ['`src/gone.ts`', 'src/gone.ts'],
    ['`npm run nothing`', 'npm run nothing'],
    ['`npm run fault -- nothing`', 'npm run fault -- nothing'],
    ['`npx vitest run test/http test/gone`', 'test/gone'],
    ['(docs/guarantees.md, D9)', 'row D9'],
  ])('shows the fault in %j', (text, what) => {
    expect(inMarkdown(text)).toEqual([what])
  })
})

describe('source', () => {
  test.each(['/** See docs/page.md#a-page, and src/main.ts. */', "const path = 'src/gone.ts'"])('has no fault in %j', (text) => {
    expect(inSource(text)).toEqual([])
  })

  test.each([
    ['// as docs/page.md#nothing says', 'docs/page.md#nothing'],
    [' * as in src/gone.ts', 'src/gone.ts'],
    ['# npm run nothing', 'npm run nothing'],
    ['/** Row D9. */', 'row D9'],
    ['// HANDBOOK section 3', 'HANDBOOK: not of this repository'],
    ['// HANDBOOK, rule 2', 'HANDBOOK: not of this repository'],
    ['// HANDBOOK D9', 'HANDBOOK: not of this repository'],
    ['// see HANDBOOK.md', 'HANDBOOK.md: not of this repository'],
  ])('shows the fault in %j', (text, what) => {
    expect(inSource(text)).toEqual([what])
  })

  test('tells the line', () => {
    expect(brokenInSource('\n\n// src/gone.ts', repository)).toEqual([{ line: 3, what: 'src/gone.ts' }])
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { configTable } from '../src/config/settings.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const TOP = /^(?:\.ci|bench|bin|drizzle|examples|scripts|src|test)(?:\/|$)|^[A-Za-z.-]+\.(?:md|json|ts|yml|cjs)$|^(?:Dockerfile|LICENSE)$/

function pathsIn(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '')
  const quoted = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, text = '']) => text).filter((text) => TOP.test(text))
  const linked = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*$/, ''))
  return [...quoted, ...linked.filter((target) => target !== '' && !/^[a-z]+:/.test(target))]
}

test('the configuration table of the README is the one the program reads by', () => {
  const readme = readFileSync(`${root}README.md`, 'utf8')
  const [, table] = /<!-- config:start -->\n([\s\S]*?)\n<!-- config:end -->/.exec(readme) ?? []
  expect(table?.trim()).toBe(configTable())
})

describe.each(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md'])('%s', (file) => {
  const folder = file.includes('/') ? `${root}${file.slice(0, file.lastIndexOf('/'))}/` : root

  test('names paths that exist', () => {
    const paths = pathsIn(readFileSync(`${root}${file}`, 'utf8'))
    expect(paths.filter((path) => !existsSync(folder + path) && !existsSync(root + path))).toEqual([])
  })

  test('names npm commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    const named = [...readFileSync(`${root}${file}`, 'utf8').matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { destinationChart } from '../scripts/simulate/destination-chart.ts'
import { scheduleTable } from '../scripts/simulate/schedule.ts'
import { configHelp, configTable } from '../src/config/settings-text.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const TOP =
  /^(?:\.ci|bench|bin|deploy|docs|drizzle|examples|scripts|src|test)(?:\/|$)|^[A-Za-z.-]+\.(?:md|json|ts|yml|cjs)$|^(?:Dockerfile|LICENSE)$/

function pathsIn(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '')
  const quoted = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, text = '']) => text).filter((text) => TOP.test(text))
  const linked = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*$/, ''))
  return [...quoted, ...linked.filter((target) => target !== '' && !/^[a-z]+:/.test(target))]
}

function generated(name: string): string | undefined {
  const readme = readFileSync(`${root}README.md`, 'utf8')
  return new RegExp(`<!-- ${name}:start -->\\n([\\s\\S]*?)\\n<!-- ${name}:end -->`).exec(readme)?.[1]
}

test('the configuration table of the README is the one the program reads by', () => {
  expect(generated('config')).toBe(configTable())
})

test('the help of `ringback serve` is of the same list', () => {
  expect(readFileSync(`${root}bin/variables.txt`, 'utf8')).toBe(configHelp())
})

test('the table of delays in the README is the one that a simulated clock gives', () => {
  expect(generated('schedule')).toBe(scheduleTable())
})

test('the chart of a destination is the one that the simulation draws', () => {
  expect(readFileSync(`${root}docs/destination.svg`, 'utf8')).toBe(destinationChart())
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

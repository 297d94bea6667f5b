import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exposition, seriesNames } from './exposition.ts'

interface Panel {
  id: number
  type: string
  title: string
  description?: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string; refId: string }[]
}

const text = readFileSync(new URL('../../deploy/grafana.json', import.meta.url), 'utf8')
const { panels } = JSON.parse(text) as { panels: Panel[] }
const charts = panels.filter(({ type }) => type !== 'row')
const expressions = charts.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
/** Grafana's own, and what Prometheus adds to every series. */
const namesIn = (expression: string) => expression.match(/\b(?:ringback|nodejs|process)_\w+/g) ?? []

describe('deploy/grafana.json', () => {
  it('names only figures that /metrics has', async () => {
    const names = seriesNames(await exposition())
    const asked = namesIn(text)
    expect(asked.length).toBeGreaterThanOrEqual(expressions.length)
    expect(asked.filter((name) => !names.has(name))).toEqual([])
  })

  it('asks for a figure in every expression, of the processes that were chosen', () => {
    expect(expressions.length).toBeGreaterThanOrEqual(charts.length)
    for (const expression of expressions) {
      const names = namesIn(expression)
      expect([expression, names.length > 0]).toEqual([expression, true])
      expect([expression, expression.split('{instance=~"$instance"').length - 1]).toEqual([expression, names.length])
    }
  })

  it('takes rates of counters and histograms, and of nothing else', () => {
    for (const expression of expressions) {
      for (const [, within, name = ''] of expression.matchAll(/(rate\(|increase\()?\b((?:ringback)_\w+)/g)) {
        expect([name, within !== undefined]).toEqual([name, /_(?:total|bucket|sum|count)$/.test(name)])
      }
    }
  })

  it('has panels that say what they show, each with its own id and place', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(charts.filter(({ description = '' }) => description === '')).toEqual([])
    for (const [n, one] of panels.entries()) {
      const { x, y, w, h } = one.gridPos
      expect(x + w).toBeLessThanOrEqual(24)
      const overlapping = panels
        .slice(n + 1)
        .filter(({ gridPos: two }) => two.x < x + w && x < two.x + two.w && two.y < y + h && y < two.y + two.h)
      expect([one.title, overlapping.map(({ title }) => title)]).toEqual([one.title, []])
    }
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exposition, seriesNames } from './exposition.ts'

const rules = readFileSync(new URL('../../deploy/alerts.yml', import.meta.url), 'utf8')
const cases = readFileSync(new URL('alerts.yml', import.meta.url), 'utf8')
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? '')

describe('deploy/alerts.yml', () => {
  it('asks only for figures that /metrics has', async () => {
    const names = seriesNames(await exposition())
    const asked = [...rules.matchAll(/\bringback_\w+/g)].map(([name]) => name)
    expect(asked.length).toBeGreaterThanOrEqual(alerts.length)
    expect(asked.filter((name) => !names.has(name))).toEqual([])
  })

  it('has a case in which each alert fires, run by promtool in .ci/run', () => {
    expect(alerts.length).toBeGreaterThanOrEqual(8)
    const fired = [...cases.matchAll(/alertname: (\w+)\n\s+exp_alerts:/g)].map(([, name]) => name)
    expect(alerts.filter((name) => !fired.includes(name))).toEqual([])
  })
})

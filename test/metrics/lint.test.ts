/** The names, units and help of all that `/metrics` prints, by the rules of Prometheus (https://prometheus.io/docs/practices/naming/). */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { exposition } from '../deploy/exposition.ts'

interface Family {
  name: string
  help: string
  type: string
  /** Names of its samples and of their labels. */
  samples: { name: string; labels: string[] }[]
}

const text = await exposition()
const families = familiesOf(text)
/** Names that prom-client gives, which are those of other Node programs. */
const own = families.filter(({ name }) => name.startsWith('ringback_'))
const hasPromtool = spawnSync('promtool', ['--version']).error === undefined

/** What is wrong with a family of ours; none = nothing. */
function faultsOf({ name, help, type, samples }: Family): string[] {
  const base = name.replace(/_total$/, '')
  const faults: [boolean, string][] = [
    [!/^ringback(?:_[a-z][a-z0-9]*)+$/.test(name), 'is not of small letters with _ between words'],
    [(type === 'counter') !== name.endsWith('_total'), 'ends in _total, and is no counter, or the other way round'],
    [/_(?:count|sum|bucket|gauge|counter|histogram|info_total)$/.test(name), 'ends in what only samples or types are called'],
    [/(?:milliseconds|_ms|minutes|hours|kilobytes|_kb|_mib|percent)(?:_|$)/.test(base), 'is not in a base unit'],
    [/(?:seconds|bytes)(?=_)/.test(base), 'has its unit in the middle'],
    [type === 'histogram' && !/_(?:seconds|bytes|changes)$/.test(base), 'is a histogram without a unit'],
    [!/^[A-Z1].*\.$/.test(help), 'has no sentence as its help'],
    [samples.some(({ labels }) => labels.some((label) => !/^[a-z][a-z_]*$/.test(label))), 'has a label that is no name'],
    [type !== 'histogram' && samples.some(({ labels }) => labels.includes('le')), 'has the label of a histogram'],
    [samples.some(({ labels }) => labels.some((label) => base.split('_').includes(label))), 'has its label in its name'],
  ]
  return faults.flatMap(([isSo, what]) => (isSo ? [`${name} ${what}`] : []))
}

describe('every series of /metrics', () => {
  it('belongs to a family with help and type, each told once', () => {
    expect(own.length).toBeGreaterThan(25)
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length)
    expect(families.filter(({ help, type }) => help === '' || type === '').map(({ name }) => name)).toEqual([])
    const stray = families.flatMap(({ name, type, samples }) =>
      samples.flatMap((sample) => (isOf(name, type, sample.name) ? [] : [sample.name])),
    )
    expect(stray).toEqual([])
  })

  it('has a name, a unit and a help as Prometheus asks for', () => {
    expect(own.flatMap(faultsOf)).toEqual([])
  })

  it.runIf(hasPromtool)('passes promtool', () => {
    const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('ringback_'))
    expect(complaints).toEqual([])
  })
})

describe('the lint', () => {
  const sound: Family = { name: 'ringback_wait_seconds', help: 'How long.', type: 'gauge', samples: [] }
  it.each([
    { name: 'ringback_waitSeconds' },
    { name: 'ringback_wait_ms' },
    { name: 'ringback_waits_total' },
    { type: 'counter' },
    { name: 'ringback_seconds_waited' },
    { name: 'ringback_waits', type: 'histogram' },
    { help: 'how long' },
    { samples: [{ name: 'ringback_wait_seconds', labels: ['wait'] }] },
  ])('sees what is wrong with %j', (wrong) => {
    expect(faultsOf(sound)).toEqual([])
    expect(faultsOf({ ...sound, ...wrong })).toHaveLength(1)
  })
})

function isOf(family: string, type: string, sample: string): boolean {
  if (type !== 'histogram' && type !== 'summary') return sample === family
  return new RegExp(`^${family}(?:_(?:bucket|sum|count))?$`).test(sample)
}

/** Parses the text: samples belong to the `# HELP` and `# TYPE` above them. */
function familiesOf(exposed: string): Family[] {
  const found: Family[] = []
  for (const line of exposed.split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (word === 'HELP') found.push({ name, help: rest, type: '', samples: [] })
    else if (word === 'TYPE' && last?.name === name) last.type = rest
    else if (line !== '') {
      const [, sample = '', labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? []
      last?.samples.push({ name: sample, labels: [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label ?? '') })
    }
  }
  return found
}

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { boxOfficeCsv, type Film } from '../../examples/data/make.ts'
import salesReport from '../../examples/handlers/report-sales-summary.ts'
import { checkPayload } from '../../src/handlers/thread/check-payload.ts'
import { runJob } from '../../src/testing.ts'

const MOVIES = new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url)
const COLUMNS = { date: 'release_date', category: 'genre', amount: 'worldwide_gross' }

const input = salesReport.input as NonNullable<typeof salesReport.input>

type Payload = z.input<typeof input>

interface Sum {
  count: number
  amount: number
}

async function films(): Promise<Film[]> {
  return JSON.parse(await readFile(MOVIES, 'utf8')) as Film[]
}

test('the CSV that is checked in is what the generator makes of the public data set', async () => {
  const made = boxOfficeCsv(await films())
  expect(await readFile(new URL('../../examples/data/box-office.csv', import.meta.url), 'utf8')).toBe(made)
})

test('sums per month and per category are those of the data set the CSV was made from', async () => {
  const { result } = await runJob(salesReport, { file: 'box-office.csv', columns: COLUMNS, from: '1995-01-01', to: '2010-12-31' })
  const report = result as unknown as Record<string, unknown>

  const all = await films()
  const known = all.filter((film) => film['Worldwide Gross'] !== null)
  const within = known.filter((film) => film['Release Date'] && yearOf(film) >= 1995 && yearOf(film) <= 2010)
  const total = { count: within.length, amount: sum(within) }
  expect(total.count).toBeGreaterThan(2000)
  expect(report).toMatchObject({
    period: { from: '1995-01-01', to: '2010-12-31' },
    rows: { read: all.length, counted: within.length, outside_period: known.length - within.length, malformed: all.length - known.length },
    total,
  })
  expect(report.malformed).toHaveLength(7)
  expect(report.malformed).toMatchObject([
    { line: expect.any(Number), reason: '"worldwide_gross" is no amount: ""' },
    {},
    {},
    {},
    {},
    {},
    {},
  ])

  const months = report.by_month as ({ month: string } & Sum)[]
  const categories = report.by_category as ({ category: string } & Sum)[]
  expect(Object.fromEntries(months.map(({ month, ...rest }) => [month, rest]))).toEqual(grouped(within, monthOf))
  expect(Object.fromEntries(categories.map(({ category, ...rest }) => [category, rest]))).toEqual(
    grouped(within, (film) => film['Major Genre'] ?? '(none)'),
  )
  expect(months.map(({ month }) => month)).toEqual(months.map(({ month }) => month).sort())
  expect(categories.map(({ amount }) => amount)).toEqual(categories.map(({ amount }) => amount).sort((a, b) => b - a))
})

test('progress rises to 100 over the declared steps', async () => {
  const percents: number[] = []
  const steps: string[] = []
  await runWith(
    (percent) => percents.push(percent),
    (name) => steps.push(name),
  )
  expect(steps).toEqual(salesReport.steps)
  expect(percents.length).toBeGreaterThan(5)
  expect(percents).toEqual([...percents].sort((a, b) => a - b))
  expect(percents.at(-1)).toBe(100)
})

const TEXT = [
  'day,shop,"amount, net"',
  '2026-01-31,North,0.1',
  '2026-01-02,"South, harbour",0.2',
  '2026-02-28,North,-12.345678',
  '2026-02-30,North,1',
  '2026-03-01,North,1,234',
  '2026-03-01,North,$5',
  '2026-03-02,,7',
].join('\r\n')
const TEXT_COLUMNS = { date: 'day', category: 'shop', amount: 'amount, net' }

test('a text in the payload is summed exactly; rows that cannot be read are counted and named', async () => {
  expect((await runJob(salesReport, { csv: TEXT, columns: TEXT_COLUMNS })).result).toEqual({
    source: 'payload',
    columns: TEXT_COLUMNS,
    period: { from: null, to: null },
    rows: { read: 7, counted: 4, outside_period: 0, malformed: 3 },
    malformed: [
      { line: 5, reason: '"day" is no date: "2026-02-30"' },
      { line: 6, reason: '4 fields instead of 3' },
      { line: 7, reason: '"amount, net" is no amount: "$5"' },
    ],
    total: { count: 4, amount: -5.045678 },
    by_month: [
      { month: '2026-01', count: 2, amount: 0.3 },
      { month: '2026-02', count: 1, amount: -12.345678 },
      { month: '2026-03', count: 1, amount: 7 },
    ],
    by_category: [
      { category: '(none)', count: 1, amount: 7 },
      { category: 'South, harbour', count: 1, amount: 0.2 },
      { category: 'North', count: 2, amount: -12.245678 },
    ],
  })
})

test('the table comes as text/csv when asked', async () => {
  const payload = { csv: TEXT, columns: TEXT_COLUMNS, format: 'csv', from: '2026-01-01', to: '2026-01-31' } as const
  const { result } = await runJob(salesReport, payload)
  expect(result).toMatchObject({ contentType: 'text/csv; charset=utf-8' })
  const { bytes } = result as unknown as { bytes: Uint8Array }
  expect(new TextDecoder().decode(bytes)).toBe(
    ['group,key,count,amount', 'month,2026-01,2,0.3', 'category,"South, harbour",1,0.2', 'category,North,1,0.1', 'total,,2,0.3', ''].join(
      '\r\n',
    ),
  )
})

test.each<[string, Payload, string]>([
  ['an unknown column', { csv: 'a,b\n', columns: { date: 'a', category: 'b', amount: 'c' } }, 'unknown_column'],
  ['an unknown file', { file: 'nothing.csv', columns: COLUMNS }, 'unknown_file'],
])('%s fails the job at once', async (_, payload, code) => {
  expect(await runJob(salesReport, payload)).toMatchObject({ status: 'failed', error: { code, retryable: false } })
})

test('a payload that makes no sense is refused at submit, with the place', async () => {
  async function places(payload: object): Promise<string[]> {
    const checked = await checkPayload(input, new TextEncoder().encode(JSON.stringify(payload)))
    return 'faults' in checked ? checked.faults.map(({ pointer }) => pointer) : []
  }
  expect(await places({ columns: COLUMNS })).toEqual([''])
  expect(await places({ file: 'a.csv', csv: 'a', columns: COLUMNS })).toEqual([''])
  expect(await places({ file: '../../etc/passwd', columns: COLUMNS })).toEqual(['/file'])
  expect(await places({ file: 'a.csv', columns: { date: 'a' } })).toEqual(['/columns/category', '/columns/amount'])
  expect(await places({ file: 'a.csv', columns: COLUMNS, from: '2026-02-30' })).toEqual(['/from'])
  expect(await places({ file: 'a.csv', columns: COLUMNS, format: 'pdf', pace: 1 })).toEqual(['/format', '/pace'])
})

test('a cancel stops the report between two chunks', async () => {
  const controller = new AbortController()
  let reports = 0
  const run = runWith(
    () => {
      reports += 1
      controller.abort()
    },
    () => {},
    controller.signal,
  )
  await expect(run).rejects.toThrow('aborted')
  expect(reports).toBe(1)
})

/** Runs the report of the example file in this process, and hands on what it reports. */
function runWith(progress: (percent: number) => void, step: (name: string) => void, signal: AbortSignal = new AbortController().signal) {
  const payload = { file: 'box-office.csv', columns: COLUMNS, format: 'json', pace_ms: 0 } as const
  const write = () => {}
  return salesReport.run(payload, {
    ...{ jobId: 'job_1', attempt: 1, signal, metadata: {}, traceparent: null, rawInput: new Uint8Array(), progress },
    log: { debug: write, info: write, warn: write, error: write },
    async step(name, work) {
      step(name)
      return work()
    },
  })
}

function yearOf(film: Film): number {
  return Number(film['Release Date'].slice(-4))
}

function monthOf(film: Film): string {
  const month = 'JanFebMarAprMayJunJulAugSepOctNovDec'.indexOf(film['Release Date'].slice(0, 3)) / 3 + 1
  return `${yearOf(film)}-${String(month).padStart(2, '0')}`
}

function sum(some: Film[]): number {
  return some.reduce((total, film) => total + (film['Worldwide Gross'] ?? 0), 0)
}

function grouped(some: Film[], keyOf: (film: Film) => string): Record<string, Sum> {
  const groups = Object.groupBy(some, keyOf)
  return Object.fromEntries(Object.entries(groups).map(([key, members = []]) => [key, { count: members.length, amount: sum(members) }]))
}

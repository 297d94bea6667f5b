/**
 * `report.sales_summary`: sums the sales of a CSV per month and per category. The CSV is a file of examples/data or a text in
 * the payload; the payload names its columns. Rows that cannot be read are counted and named, never dropped in silence.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { content, defineJob, type JobContext, JobError, z } from 'ringback'
import { type CsvRow, csvLine, csvRows } from './_csv.ts'
import { createSales, isDay, parseAmount, type Sales } from './_sales.ts'

const DATA = new URL('../data/', import.meta.url)
/** Rows between two looks at progress and cancellation. */
const CHUNK = 250
/** Rows named in the report, of those that cannot be read. */
const MAX_NAMED = 20
/** For sales without a category. */
const UNNAMED = '(none)'

const input = z
  .strictObject({
    file: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*\.csv$/)
      .optional()
      .describe('A CSV file of examples/data.'),
    csv: z.string().min(1).optional().describe('The CSV itself.'),
    columns: z.strictObject({ date: z.string(), category: z.string(), amount: z.string() }).describe('The names of the columns.'),
    from: z.iso.date().optional().describe('The first day that counts.'),
    to: z.iso.date().optional().describe('The last day that counts.'),
    format: z.enum(['json', 'csv']).default('json'),
    pace_ms: z.int().min(0).max(5000).default(0).describe('Waits so long after every 250 rows, to watch the progress.'),
  })
  .refine(({ file, csv }) => (file === undefined) !== (csv === undefined), 'Give either file or csv.')
  .meta({
    examples: [{ file: 'box-office.csv', columns: { date: 'release_date', category: 'genre', amount: 'worldwide_gross' } }],
  })

interface Counts {
  read: number
  counted: number
  outside_period: number
  malformed: number
}

export default defineJob({
  type: 'report.sales_summary',
  input,
  timeout: '5m',
  maxAttempts: 3,
  steps: ['read', 'summarize', 'write'],
  async run(report, ctx) {
    const text = await ctx.step('read', () => report.csv ?? readData(report.file ?? ''))
    const summary = await ctx.step('summarize', () => summarize(text, report, ctx))
    return ctx.step('write', () =>
      report.format === 'csv' ? content(table(summary.sales), 'text/csv; charset=utf-8') : document(summary, report),
    )
  },
})

async function readData(file: string): Promise<string> {
  try {
    return await readFile(new URL(file, DATA), 'utf8')
  } catch (error) {
    throw new JobError('unknown_file', `There is no ${file} among the examples.`, { retryable: false, cause: error })
  }
}

async function summarize(text: string, report: z.output<typeof input>, ctx: JobContext) {
  const rows = csvRows(text)
  const readSale = saleReader(rows.next().value as CsvRow | undefined, report.columns)
  const sales = createSales()
  const counts: Counts = { read: 0, counted: 0, outside_period: 0, malformed: 0 }
  const malformed: { line: number; reason: string }[] = []
  for (const row of rows) {
    counts.read += 1
    const sale = readSale(row)
    if ('fault' in sale) {
      counts.malformed += 1
      if (malformed.length < MAX_NAMED) malformed.push({ line: row.line, reason: sale.fault })
    } else if ((report.from && sale.day < report.from) || (report.to && sale.day > report.to)) {
      counts.outside_period += 1
    } else {
      counts.counted += 1
      sales.add(sale.day.slice(0, 7), sale.category, sale.amount)
    }
    if (counts.read % CHUNK === 0) {
      ctx.progress((100 * row.end) / text.length, `${counts.read} rows read`)
      // Gives the thread to others, and stops here when the job is canceled.
      await wait(report.pace_ms, undefined, { signal: ctx.signal })
    }
  }
  ctx.progress(100, `${counts.read} rows read`)
  return { sales, counts, malformed }
}

/** Finds the named columns in the header; the answer reads the sale of a row, or says what is wrong with it. */
function saleReader(header: CsvRow | undefined, columns: z.output<typeof input>['columns']) {
  const names = header?.fields ?? []
  const missing = Object.values(columns).filter((column) => !names.includes(column))
  if (missing.length > 0) {
    throw new JobError('unknown_column', `The CSV has no column ${missing.join(', ')}.`, {
      retryable: false,
      details: { missing, columns: names },
    })
  }
  const [dateAt, categoryAt, amountAt] = [columns.date, columns.category, columns.amount].map((column) => names.indexOf(column))
  return ({ fields, fault }: CsvRow): { fault: string } | { day: string; category: string; amount: bigint } => {
    if (fault !== null) return { fault }
    if (fields.length !== names.length) return { fault: `${fields.length} fields instead of ${names.length}` }
    const day = fields[dateAt ?? 0]?.trim() ?? ''
    if (!isDay(day)) return { fault: `"${columns.date}" is no date: ${JSON.stringify(day.slice(0, 40))}` }
    const amount = parseAmount(fields[amountAt ?? 0]?.trim() ?? '')
    if (amount === undefined) return { fault: `"${columns.amount}" is no amount: ${JSON.stringify(fields[amountAt ?? 0]?.slice(0, 40))}` }
    return { day, category: fields[categoryAt ?? 0]?.trim() || UNNAMED, amount }
  }
}

function document({ sales, counts, malformed }: Awaited<ReturnType<typeof summarize>>, report: z.output<typeof input>) {
  return {
    source: report.file ?? 'payload',
    columns: report.columns,
    period: { from: report.from ?? null, to: report.to ?? null },
    rows: counts,
    malformed,
    total: sales.total(),
    by_month: sales.byMonth(),
    by_category: sales.byCategory(),
  }
}

function table(sales: Sales): string {
  const total = sales.total()
  return [
    csvLine(['group', 'key', 'count', 'amount']),
    ...sales.byMonth().map(({ month, count, amount }) => csvLine(['month', month, count, amount])),
    ...sales.byCategory().map(({ category, count, amount }) => csvLine(['category', category, count, amount])),
    csvLine(['total', '', total.count, total.amount]),
  ].join('')
}

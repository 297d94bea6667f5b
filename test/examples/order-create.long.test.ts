import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { executorWith, folderWith, jsonOf } from '../handlers/temp-executor.ts'

const HANDLERS = fileURLToPath(new URL('../../examples/handlers', import.meta.url))
const ORDER = {
  customer: { name: 'Ada', email: 'ada@shop.example' },
  items: [
    { sku: 'poster-a1', quantity: 3 },
    { sku: 'ticket-matinee', quantity: 2 },
  ],
  card_token: 'tok_ok',
}
const LINES = [
  { sku: 'poster-a1', name: 'Film poster, A1', quantity: 3, cents: 4350 },
  { sku: 'ticket-matinee', name: 'Cinema ticket, matinee', quantity: 2, cents: 1750 },
]

async function shop() {
  const folder = await folderWith({})
  const executor = await executorWith({}, { handlersDir: HANDLERS, env: { ORDERS_DIR: folder } })
  const book = async (jobId: string): Promise<unknown> => JSON.parse(await readFile(`${folder}/${jobId}.json`, 'utf8'))
  return { ...executor, folder, book }
}

test('an order is priced by the catalogue, paid, placed and mailed, step by step', async () => {
  const { start, book, folder } = await shop()
  const run = start('order.create', ORDER)
  const result = await jsonOf(run)
  expect(result).toEqual({ order_id: expect.stringMatching(/^ord_[0-9a-f]{12}$/), currency: 'USD', total_cents: 6100, lines: LINES })
  expect(run.reports.map((report) => (report.kind === 'step' ? `${report.name} ${report.status}` : report))).toEqual(
    ['validation', 'payment', 'order', 'email'].flatMap((name) => [`${name} running`, `${name} completed`]),
  )
  const { order_id } = result as { order_id: string }
  expect(await book('job_1')).toEqual({
    entries: [{ kind: 'charge', cents: 6100 }],
    order: { id: order_id, status: 'placed', lines: LINES, totalCents: 6100 },
    mail: 'job_1.eml',
  })
  const mail = await readFile(`${folder}/outbox/job_1.eml`, 'utf8')
  expect(mail).toContain(`To: ada@shop.example\r\nSubject: Your order ${order_id}\r\n`)
  expect(mail).toContain('Total: 61.00 USD')
})

test('done again, as after a crash, an order is charged and placed once', async () => {
  const { start, book, folder } = await shop()
  const first = await jsonOf(start('order.create', ORDER))
  const before = await book('job_1')
  expect(await jsonOf(start('order.create', ORDER, { attempt: 2 }))).toEqual(first)
  expect(await book('job_1')).toEqual(before)
  expect(await readdir(`${folder}/outbox`)).toEqual(['job_1.eml'])
})

test('a declined card fails the job with nothing to undo', async () => {
  const { start, folder } = await shop()
  expect(await start('order.create', { ...ORDER, card_token: 'tok_declined' }).outcome).toMatchObject({
    kind: 'failed',
    failure: { code: 'payment_declined', retryable: false, details: { undone: [] } },
  })
  expect(await readdir(folder)).toEqual([])
})

test('when no mail reaches the customer, the order is canceled and the money goes back', async () => {
  const { start, book } = await shop()
  const run = start('order.create', { ...ORDER, customer: { name: 'Nobody', email: 'nobody@shop.invalid' } })
  expect(await run.outcome).toMatchObject({
    kind: 'failed',
    failure: { code: 'email_undeliverable', retryable: false, details: { undone: ['order', 'payment'] } },
  })
  expect(run.reports.at(-1)).toEqual({ kind: 'step', name: 'email', status: 'failed' })
  expect(await book('job_1')).toMatchObject({
    entries: [
      { kind: 'charge', cents: 6100 },
      { kind: 'refund', cents: 6100 },
    ],
    order: { status: 'canceled' },
    mail: null,
  })
})

test('a cancel in the middle takes back what was done', async () => {
  const { start, book } = await shop()
  const run = start('order.create', { ...ORDER, pace_ms: 300 })
  await run.reported((report) => report.kind === 'step' && report.name === 'order')
  run.abort()
  expect(await run.outcome).toMatchObject({ kind: 'failed' })
  expect(await book('job_1')).toMatchObject({ entries: [{ kind: 'charge' }, { kind: 'refund' }], order: null })
})

test.each<[object, string]>([
  [{ sku: 'nothing', quantity: 1 }, 'unknown_product'],
  [{ sku: 'projector-mini', quantity: 3 }, 'too_many'],
])('what the shop cannot sell fails the job: %j', async (item, code) => {
  const { start } = await shop()
  expect(await start('order.create', { ...ORDER, items: [item] }).outcome).toMatchObject({ failure: { code, retryable: false } })
})

test('an order that makes no sense is refused at submit', async () => {
  const { check } = await shop()
  const faults = await check('order.create', {
    ...ORDER,
    customer: { name: 'Ada', email: 'ada' },
    items: [{ sku: 'poster-a1', quantity: 0 }],
  })
  expect(faults.map(({ pointer }) => pointer)).toEqual(['/customer/email', '/items/0/quantity'])
})

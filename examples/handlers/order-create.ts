/**
 * `order.create`: validation → payment → order → email. When a step fails, or the job is canceled, what the steps before it did
 * is undone in reverse. The books are files in ORDERS_DIR (default: `orders` in DATA_DIR). To see it fail: the card token
 * `tok_declined`, or a customer at an `.invalid` address (RFC 2606), which no mail reaches.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { defineJob, JobError, z } from 'ringback'
import { type OrderLine, openOrderBooks } from './_order-books.ts'

const catalogueSchema = z.object({
  currency: z.string(),
  products: z.array(z.object({ sku: z.string(), name: z.string(), price_cents: z.int(), max_quantity: z.int() })),
})
const catalogue = catalogueSchema.parse(JSON.parse(await readFile(new URL('../data/catalogue.json', import.meta.url), 'utf8')))
const books = openOrderBooks(process.env.ORDERS_DIR ?? join(process.env.DATA_DIR ?? 'data', 'orders'))

const input = z
  .strictObject({
    customer: z.strictObject({ name: z.string().min(1).max(200), email: z.email() }),
    items: z
      .array(z.strictObject({ sku: z.string(), quantity: z.int().min(1) }))
      .min(1)
      .max(50),
    card_token: z.string().min(1),
    pace_ms: z.int().min(0).max(5000).default(0).describe('Waits so long in every step, to watch the progress.'),
  })
  .meta({
    examples: [
      {
        customer: { name: 'Ada', email: 'ada@example.com' },
        items: [{ sku: 'poster-a1', quantity: 2 }],
        card_token: 'tok_visa',
        pace_ms: 500,
      },
    ],
  })

export default defineJob({
  type: 'order.create',
  input,
  timeout: '1m',
  maxAttempts: 3,
  steps: ['validation', 'payment', 'order', 'email'],
  async run({ customer, items, card_token, pace_ms }, ctx) {
    const undo: { name: string; back: () => Promise<boolean> }[] = []
    /** A step and how to take it back; the way back is known before the step begins, for it may fail half done. */
    async function step<T>(name: string, work: () => T | Promise<T>, back?: () => Promise<boolean>): Promise<T> {
      return ctx.step(name, async () => {
        if (pace_ms > 0) await wait(pace_ms, undefined, { signal: ctx.signal })
        if (back) undo.push({ name, back })
        return work()
      })
    }

    try {
      const { lines, totalCents } = await step('validation', () => priced(items))
      await step(
        'payment',
        () => {
          if (card_token === 'tok_declined') throw new JobError('payment_declined', 'The card was declined.', { retryable: false })
          return books.charge(ctx.jobId, totalCents)
        },
        () => books.refund(ctx.jobId),
      )
      const orderId = await step(
        'order',
        () => books.place(ctx.jobId, lines, totalCents),
        () => books.cancel(ctx.jobId),
      )
      await step('email', () => {
        if (/\.invalid$/i.test(customer.email)) {
          throw new JobError('email_undeliverable', 'No mail reaches the customer.', { retryable: false })
        }
        return books.mail(ctx.jobId, customer.email, `Your order ${orderId}`, confirmation(customer.name, orderId, lines, totalCents))
      })
      return { order_id: orderId, currency: catalogue.currency, total_cents: totalCents, lines }
    } catch (error) {
      const undone: string[] = []
      for (const { name, back } of undo.reverse()) if (await back()) undone.push(name)
      ctx.log.info('the order was taken back', { undone })
      if (!(error instanceof JobError)) throw error
      throw new JobError(error.code, error.message, {
        retryable: error.retryable,
        details: { ...asObject(error.details), undone },
        cause: error,
      })
    }
  },
})

/** What the items cost by the catalogue; the customer's word does not count. */
function priced(items: z.output<typeof input>['items']): { lines: OrderLine[]; totalCents: number } {
  const lines = items.map(({ sku, quantity }): OrderLine => {
    const product = catalogue.products.find((candidate) => candidate.sku === sku)
    if (!product) throw new JobError('unknown_product', `There is no product ${sku}.`, { retryable: false, details: { sku } })
    if (quantity > product.max_quantity) {
      throw new JobError('too_many', `At most ${product.max_quantity} of ${sku} in one order.`, {
        retryable: false,
        details: { sku, quantity },
      })
    }
    return { sku, name: product.name, quantity, cents: quantity * product.price_cents }
  })
  return { lines, totalCents: lines.reduce((sum, { cents }) => sum + cents, 0) }
}

function confirmation(name: string, orderId: string, lines: readonly OrderLine[], totalCents: number): string {
  const rows = lines.map((line) => `${line.quantity} × ${line.name}: ${money(line.cents)}`)
  return [`Dear ${name},`, '', `thank you for your order ${orderId}.`, '', ...rows, `Total: ${money(totalCents)}`].join('\r\n')
}

function money(cents: number): string {
  return `${(cents / 100).toFixed(2)} ${catalogue.currency}`
}

function asObject(details: unknown): object {
  return typeof details === 'object' && details !== null ? details : {}
}

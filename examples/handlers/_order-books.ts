/**
 * The books of `order.create`: a JSON file per job, and a mail per order, in a folder. Every entry is keyed by the job's id, so
 * doing one again changes nothing: an attempt after a crash finds what the one before it did.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Entry {
  kind: 'charge' | 'refund'
  cents: number
}

export interface Book {
  entries: Entry[]
  order: { id: string; status: 'placed' | 'canceled'; lines: readonly OrderLine[]; totalCents: number } | null
  mail: string | null
}

export interface OrderLine {
  sku: string
  name: string
  quantity: number
  cents: number
}

export interface OrderBooks {
  read(jobId: string): Promise<Book>
  /** Takes the money once: a payment that stands is not taken again. */
  charge(jobId: string, cents: number): Promise<void>
  /** Gives back what stands; answers whether there was anything. */
  refund(jobId: string): Promise<boolean>
  /** Answers the order's number. */
  place(jobId: string, lines: readonly OrderLine[], totalCents: number): Promise<string>
  /** Answers whether there was an order. */
  cancel(jobId: string): Promise<boolean>
  /** Puts one mail into the outbox, once; answers its file. */
  mail(jobId: string, to: string, subject: string, text: string): Promise<string>
}

export function openOrderBooks(folder: string): OrderBooks {
  const outbox = join(folder, 'outbox')

  async function read(jobId: string): Promise<Book> {
    try {
      return JSON.parse(await readFile(join(folder, `${jobId}.json`), 'utf8')) as Book
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { entries: [], order: null, mail: null }
      throw error
    }
  }

  async function write(jobId: string, book: Book): Promise<void> {
    await writeWhole(folder, `${jobId}.json`, `${JSON.stringify(book, null, 2)}\n`)
  }

  async function enter(jobId: string, kind: Entry['kind'], cents: number): Promise<void> {
    const book = await read(jobId)
    await write(jobId, { ...book, entries: [...book.entries, { kind, cents }] })
  }

  return {
    read,
    async charge(jobId, cents) {
      if (balance(await read(jobId)) === 0) await enter(jobId, 'charge', cents)
    },
    async refund(jobId) {
      const cents = balance(await read(jobId))
      if (cents > 0) await enter(jobId, 'refund', cents)
      return cents > 0
    },
    async place(jobId, lines, totalCents) {
      const id = `ord_${createHash('sha256').update(jobId).digest('hex').slice(0, 12)}`
      await write(jobId, { ...(await read(jobId)), order: { id, status: 'placed', lines, totalCents } })
      return id
    },
    async cancel(jobId) {
      const book = await read(jobId)
      if (book.order) await write(jobId, { ...book, order: { ...book.order, status: 'canceled' } })
      return book.order !== null
    },
    async mail(jobId, to, subject, text) {
      const book = await read(jobId)
      const mail = book.mail ?? `${jobId}.eml`
      const head = [`To: ${to}`, `Subject: ${subject}`, `Message-ID: <${jobId}@shop.example>`, 'Content-Type: text/plain; charset=utf-8']
      await writeWhole(outbox, mail, `${head.join('\r\n')}\r\n\r\n${text}\r\n`)
      await write(jobId, { ...book, mail })
      return join(outbox, mail)
    },
  }
}

/** What the shop holds of a job's money: cents. */
export function balance(book: Book): number {
  return book.entries.reduce((sum, { kind, cents }) => sum + (kind === 'charge' ? cents : -cents), 0)
}

/** The whole file or none of it, wherever the process is killed. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const draft = join(folder, `.${name}.${randomUUID()}`)
  await writeFile(draft, text)
  await rename(draft, join(folder, name))
}

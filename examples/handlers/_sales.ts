/** Sums of sales, exact to the last decimal. Pure. */

/** Amounts are kept as whole numbers of this share: six decimals. */
const SCALE = 1_000_000n

export interface Sum {
  count: number
  amount: number
}

export interface Sales {
  add(month: string, category: string, amount: bigint): void
  total(): Sum
  /** In the order of time. */
  byMonth(): ({ month: string } & Sum)[]
  /** The largest first. */
  byCategory(): ({ category: string } & Sum)[]
}

interface Running {
  count: number
  amount: bigint
}

export function createSales(): Sales {
  const all: Running = { count: 0, amount: 0n }
  const months = new Map<string, Running>()
  const categories = new Map<string, Running>()
  return {
    add(month, category, amount) {
      for (const sum of [all, entry(months, month), entry(categories, category)]) {
        sum.count += 1
        sum.amount += amount
      }
    },
    total: () => toSum(all),
    byMonth: () => [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, sum]) => ({ month, ...toSum(sum) })),
    byCategory: () =>
      [...categories]
        .sort(([a, x], [b, y]) => (x.amount === y.amount ? (a < b ? -1 : 1) : x.amount > y.amount ? -1 : 1))
        .map(([category, sum]) => ({ category, ...toSum(sum) })),
  }
}

/** `-12.34` as a whole number of millionths, or undefined for anything that is not a plain decimal of up to six places. */
export function parseAmount(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const size = BigInt(whole) * SCALE + BigInt(fraction.padEnd(6, '0'))
  return sign === '-' ? -size : size
}

/** Whether a text is a day that exists, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text
}

function entry(sums: Map<string, Running>, key: string): Running {
  const known = sums.get(key)
  if (known) return known
  const fresh = { count: 0, amount: 0n }
  sums.set(key, fresh)
  return fresh
}

function toSum({ count, amount }: Running): Sum {
  const size = amount < 0n ? -amount : amount
  const decimal = `${amount < 0n ? '-' : ''}${size / SCALE}.${String(size % SCALE).padStart(6, '0')}`
  return { count, amount: Number(decimal) }
}

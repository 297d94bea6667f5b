/** A steady rate, whether or not what was begun has ended. */

/** How many there are a second, and in all. */
export interface Pace {
  perSecond: number
  count: number
}

const TICK_MS = 1

/** Calls `one` with 1, 2, 3 … each at its time; resolves when all of them have. */
export async function atPace({ perSecond, count }: Pace, one: (n: number) => Promise<void>): Promise<void> {
  const answers: Promise<void>[] = []
  const startedAt = performance.now()
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(count, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000))
      while (answers.length < due) answers.push(one(answers.length + 1))
      if (answers.length < count) return
      clearInterval(timer)
      resolve()
    }, TICK_MS)
  })
  await Promise.all(answers)
}

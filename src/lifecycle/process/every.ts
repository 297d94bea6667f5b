import type { Context } from './context.ts'

/**
 * Runs `run` again and again, `ms` milliseconds after its last end, until the answer is called. A failure
 * before that is logged, and told as `what`.
 */
export function every(context: Pick<Context, 'clock' | 'log'>, ms: number, what: string, run: () => Promise<unknown>): () => void {
  let cancel = () => {}
  let canceled = false
  const again = () => {
    if (canceled) return
    cancel = context.clock.after(ms, () => {
      run()
        .catch((error) => {
          if (!canceled) context.log.error({}, `${what} failed`, error)
        })
        .finally(again)
    })
  }
  again()
  return () => {
    canceled = true
    cancel()
  }
}

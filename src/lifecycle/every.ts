import type { World } from './world.ts'

/**
 * Runs `run` again and again, `ms` milliseconds after its last end, until the answer is called. A failure
 * before that is logged, and told as `what`.
 */
export function every(world: World, ms: number, what: string, run: () => Promise<unknown>): () => void {
  let cancel = () => {}
  let canceled = false
  const again = () => {
    if (canceled) return
    cancel = world.clock.after(ms, () => {
      run()
        .catch((error) => {
          if (!canceled) world.log.error({ error: String(error) }, `${what} failed`)
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

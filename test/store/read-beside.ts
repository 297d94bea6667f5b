import type { Store } from '../../src/ports/store.ts'

/** Reads the whole feed of a store in small pages while `written` is under way, and on to its end. The ids, as they came. */
export async function readBeside({ events }: Pick<Store, 'events'>, written: Promise<unknown>): Promise<string[]> {
  let isWriting = true
  const stopped = written.finally(() => {
    isWriting = false
  })
  const seen: string[] = []
  let after = 0
  const read = async () => {
    const page = await events.feed({ tenantId: null, after, limit: 50, types: null })
    seen.push(...page.events.map(({ id }) => id))
    after = page.reached ?? after
    return page.events.length
  }
  while (isWriting) await read()
  await stopped
  while ((await read()) > 0);
  return seen
}

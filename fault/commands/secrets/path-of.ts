/** From a route to a path of what was planted. */
import type { Planted } from './plant.ts'

/** What the ids of records begin with, by the segment of the path before them. */
const KINDS = {
  jobs: 'job',
  operations: 'job',
  deliveries: 'dlv',
  events: 'evt',
  endpoints: 'ep',
  tenants: 'tnt',
  access: 'tnt',
  'api-keys': 'key',
  keys: 'key',
} as const
/** A job type that nothing waits for: it may be paused. */
const TYPE = 'canary.checked'
const ASSET = 'start.js'

/** The path with the ids and names of what was planted. */
export function pathOf(template: string, { ids, group }: Pick<Planted, 'ids' | 'group'>): string {
  return template
    .replace(/([a-z-]+)\/\{id\}/, (_, noun: keyof typeof KINDS) => `${noun}/${ids[KINDS[noun]]}`)
    .replace('{name}', group)
    .replace('{type}', TYPE)
    .replace('{asset}', ASSET)
}

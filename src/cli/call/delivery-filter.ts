import type { OptionSpec } from './command.ts'
import { TENANT_OPTION } from './list.ts'
import { oneOf } from './values.ts'

/** Flags that choose deliveries: the members of the filter of a replay as well. */
export const DELIVERY_FILTER: readonly OptionSpec[] = [
  { flags: '--reason <REASON>', about: 'dead or canceled for this reason: exhausted, gone, forbidden, destination_down …' },
  { flags: '--error <CLASS>', about: 'whose last try failed so: timeout, dns, http …' },
  { flags: '--job-id <ID>', about: 'of this job' },
  { flags: '--event <EVENT>', about: 'of this event, by id or by type' },
  { flags: '--type <TYPE>', about: 'of jobs of this type' },
  { flags: '--destination <URL>', about: 'to the origin of this URL' },
  { flags: '--created-after <TIME>', about: 'made after' },
  { flags: '--created-before <TIME>', about: 'made before' },
]

/** The same with a tenant, for lists. */
export const DELIVERY_QUERY: readonly OptionSpec[] = [...DELIVERY_FILTER, TENANT_OPTION]

/** The flag for the status of a delivery. */
export const STATUS_OPTION: OptionSpec = {
  flags: '--status <STATUS>',
  about: 'pending, delivered, dead or canceled',
  parse: oneOf('pending', 'delivered', 'dead', 'canceled'),
}

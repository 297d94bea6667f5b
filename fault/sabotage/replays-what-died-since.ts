/** A confirmed replay takes in what has died since it was counted. */
import { rewrite } from '../harness/rewrite-source.ts'

const CONFIRMED = 'endedBefore: asOf }\n    const { replayed'

rewrite('http/dashboard/pages/replay.ts', CONFIRMED, CONFIRMED.replace('asOf', 'call.context.clock.now()'))

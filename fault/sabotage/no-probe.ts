/** After a pause of the breaker as much goes out as ever may. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('domain/destination.ts', '{ room: inFlight === 0 ? 1 : 0, at: null }', '{ room: 64 - inFlight, at: null }')
rewrite('domain/destination.ts', 'failures, limit, openUntil', 'failures, limit: 64, openUntil')

/** No sabotage: a worker is taken for gone after seconds, so that a test need not wait. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('lifecycle/engine/dead-workers.ts', 'ROLL_CALL_EVERY_MS = 1_500', 'ROLL_CALL_EVERY_MS = 500')
rewrite('lifecycle/engine/heartbeat.ts', 'BEAT_EVERY_MS = 3_000', 'BEAT_EVERY_MS = 700')

/** No sabotage: a worker is taken for gone after seconds, so that a test need not wait. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('lifecycle/engine/dead-workers.ts', 'DEAD_WORKER_CHECK_EVERY_MS = 1_500', 'DEAD_WORKER_CHECK_EVERY_MS = 500')
rewrite('lifecycle/engine/heartbeat.ts', 'HEARTBEAT_EVERY_MS = 3_000', 'HEARTBEAT_EVERY_MS = 700')

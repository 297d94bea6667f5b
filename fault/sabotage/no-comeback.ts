/** What takes turns from Redis does not come back once its connection was lost. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('queue/bullmq/consumer.ts', 'if (!stopped) await clock.sleep(PAUSE_MS)', 'return')

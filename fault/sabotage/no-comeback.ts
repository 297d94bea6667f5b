/** What takes turns from Redis does not come back once its connection was lost. */
import { rewrite } from './rewrite.ts'

rewrite('queue/bullmq/consumer.ts', 'if (!stopped) await pause()', 'return')

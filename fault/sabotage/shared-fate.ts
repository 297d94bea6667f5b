/** Every run in a thread that is lost pays for it with an attempt. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('handlers/host/thread-loss.ts', "if (attribution === 'at_fault') {", 'if (attribution) {')

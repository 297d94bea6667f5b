/** Every run in a thread that is lost pays for it with an attempt. */
import { rewrite } from './rewrite.ts'

rewrite('handlers/host/thread-loss.ts', "if (verdict === 'guilty') {", 'if (verdict) {')

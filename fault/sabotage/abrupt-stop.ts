/** A signal ends the process at once: nothing under way is finished, recorded or handed back. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('main.ts', 'if (takesWork) await starting', 'if (!takesWork) await starting')

/** One tenant may hold every slot, and hold all of them for destinations that have never answered. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('domain/fair-share.ts', 'return shared ? Math.max(1, Math.floor(slots * SHARE)) : slots', 'return slots')
rewrite('domain/fair-share.ts', 'return Math.max(0, Math.min(ownRoom, commonRoom))', 'return slots')

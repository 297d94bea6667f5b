/** On PostgreSQL the feed is read up to the last position that was drawn, though lower ones may be on their way. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/postgres/queries/horizon.ts', 'return held === null ? drawn : Math.min(drawn, Number(held))', 'return drawn')

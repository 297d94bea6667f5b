/** On PostgreSQL a COMMIT that ended as a rollback passes for a commit. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('store/postgres/writes/transaction.ts', "if (outcome?.tag !== 'COMMIT') throw", "if (outcome?.tag === 'none') throw")

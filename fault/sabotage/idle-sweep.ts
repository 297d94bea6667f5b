/** The sweep finds lanes with due work and wakes none of them. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('lifecycle/engine/sweep.ts', 'wakeStored(context, { kind, lane, dueAt })', '{}')

/** The sweep finds lanes with due work and wakes none of them. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('lifecycle/engine/sweep.ts', 'context.queue.wake(kind, lane, dueAt)', '')

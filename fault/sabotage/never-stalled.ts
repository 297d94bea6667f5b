/** Clients of live streams that do not read are put up with for ever. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/live/outlet.ts', 'now - fullSince >= STALL_MS', 'false')

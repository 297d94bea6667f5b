/** What was asked last on a connection is kept when the connection is gone. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('http/server/connections.ts', 'new WeakMap<Socket, Exchange>()', 'new Map<Socket, Exchange>()')

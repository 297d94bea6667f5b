/** A session outlives its logout, the next login of its browser, and its key. */
import { rewrite } from '../harness/rewrite-source.ts'

const SESSIONS = 'lifecycle/tenants/sessions.ts'

rewrite(SESSIONS, "  await commit(context, [{ write: 'deleteSession', idHash: secretHash(id) }])", '  void [context, id]')
rewrite(SESSIONS, 'const isReplaced = replaced !== null && ', 'const isReplaced = false && ')
rewrite('http/dashboard/session/sessions.ts', 'key !== null && isUsable(key, context.clock.now())', 'key !== null')

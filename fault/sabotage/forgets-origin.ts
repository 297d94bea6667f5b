/** Forms are taken from anybody's page. */
import { rewrite } from '../harness/rewrite-source.ts'

const ORIGIN = 'ownOriginOf(req.raw, context.settings.publicUrl())'

rewrite('http/dashboard/dashboard.ts', ORIGIN, `${ORIGIN} ?? context.settings.publicUrl()`)

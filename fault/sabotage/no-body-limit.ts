/** Bodies may have any size. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('bootstrap/open-app.ts', 'maxBody: config.maxBody', 'maxBody: 2 ** 40')

/** Bodies may have any size. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite('main.ts', 'maxBody: config.maxBody', 'maxBody: 2 ** 40')

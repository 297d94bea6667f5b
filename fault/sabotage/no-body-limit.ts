/** Bodies may have any size. */
import { rewrite } from './rewrite.ts'

rewrite('main.ts', 'maxBody: config.maxBody', 'maxBody: 2 ** 40')

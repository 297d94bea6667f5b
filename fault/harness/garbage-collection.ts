/**
 * Loaded with `--import` before the service: SIGWINCH makes it collect its garbage, so that its memory can be compared before
 * and after. It changes nothing else.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
process.on('SIGWINCH', () => collect())

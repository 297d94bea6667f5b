/** `npm run readme`: writes what is told of the variables in `src/config/settings.ts` into the README and the help of `ringback serve`. */
import { writeFileSync } from 'node:fs'
import { configHelp, configTable } from '../src/config/settings-text.ts'
import { fillReadme } from './fill-readme.ts'

fillReadme('config', configTable())
writeFileSync('bin/variables.txt', configHelp())

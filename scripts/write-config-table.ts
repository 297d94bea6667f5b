/** `npm run readme`: puts the configuration table of `src/config/settings.ts` between its markers in the README. */
import { configTable } from '../src/config/settings.ts'
import { fillReadme } from './fill-readme.ts'

fillReadme('config', configTable())

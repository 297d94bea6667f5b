/** `npm run readme`: puts the configuration table of `src/config/settings.ts` between its markers in the README. */
import { readFileSync, writeFileSync } from 'node:fs'
import { configTable } from '../src/config/settings.ts'

const readme = readFileSync('README.md', 'utf8')
const between = /(<!-- config:start -->\n)[\s\S]*?(<!-- config:end -->)/
if (!between.test(readme)) throw new Error('README.md has no <!-- config:start --> and <!-- config:end -->')
writeFileSync(
  'README.md',
  readme.replace(between, (_, start, end) => `${start}${configTable()}\n${end}`),
)

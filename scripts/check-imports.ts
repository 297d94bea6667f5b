/**
 * The direction of imports, by the rules of `.dependency-cruiser.cjs`. Counts what it saw: with a TypeScript it does not
 * know, dependency-cruiser reads no module at all and reports success.
 */
import { createRequire } from 'node:module'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { filesUnder } from './files.ts'

const { options, ...ruleSet } = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
const { output } = await cruise(['src'], { ...options, validate: true, ruleSet }, undefined, { tsConfig: extractTSConfig('tsconfig.json') })
const { modules, summary } = output as ICruiseResult

const comments = new Map<string, string>(ruleSet.forbidden.map((rule: { name: string; comment: string }) => [rule.name, rule.comment]))
for (const { rule, from, to } of summary.violations) {
  console.log(`${from} → ${to}\n  ${rule.name}: ${comments.get(rule.name)}`)
}

const seen = modules.filter((module) => module.source.startsWith('src/')).length
const files = filesUnder('src').filter((path) => path.endsWith('.ts')).length
console.log(`${seen} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} against the rules`)
if (seen === 0 || seen < files) console.log(`src/ has ${files} modules: the rules were not checked`)
process.exit(summary.violations.length === 0 && seen > 0 && seen >= files ? 0 : 1)

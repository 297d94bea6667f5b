/** Every reference in documentation, comments and source leads somewhere: paths, links, anchors, commands and rows of guarantees. */
import { existsSync, readFileSync } from 'node:fs'
import { anchorsIn, brokenInMarkdown, brokenInSource, type Repository, rowsIn } from './docs/references.ts'
import { filesUnder } from './files.ts'

const SOURCE = /\.(?:[cm]?[jt]s|py|go|rb|php|rs|ya?ml|sql)$|^\.ci\/|^Dockerfile$/
/** They name what is broken, to find it. */
const EXCEPT = /^(?:drizzle\/|scripts\/docs\/references\.ts$|test\/scripts\/references\.test\.ts$)/

const files = filesUnder('.').filter((path) => !EXCEPT.test(path))
const anchors = new Map<string, Set<string>>()

const repository: Repository = {
  exists: (path) => existsSync(path),
  anchorsOf(path) {
    if (!existsSync(path)) return undefined
    const known = anchors.get(path) ?? anchorsIn(readFileSync(path, 'utf8'))
    anchors.set(path, known)
    return known
  },
  npmScripts: new Set(Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts)),
  commands: { fault: namesOf('fault/commands.ts'), bench: namesOf('bench/run.ts') },
  rows: rowsIn(readFileSync('docs/guarantees.md', 'utf8')),
}

let looked = 0
let found = 0
for (const path of files) {
  const isMarkdown = path.endsWith('.md')
  if (!isMarkdown && !SOURCE.test(path)) continue
  looked += 1
  const text = readFileSync(path, 'utf8')
  const broken = isMarkdown ? brokenInMarkdown(text, path, repository) : brokenInSource(text, repository)
  for (const { line, what } of broken) console.log(`${path}:${line}: ${what}`)
  found += broken.length
}
console.log(`${looked} files, ${found} references that lead nowhere`)
process.exitCode = found === 0 && looked > 0 ? 0 : 1

/** The commands in the table of a program: `name: 'kill'`, or a key of the table. */
function namesOf(path: string): ReadonlySet<string> {
  const names = readFileSync(path, 'utf8').matchAll(/^ {4}name: '([\w-]+)'|^ {2}'?([a-z][\w-]*)'?: (?:async )?\(\) =>/gm)
  return new Set([...names].map(([, name, key]) => name ?? key ?? ''))
}

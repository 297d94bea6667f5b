/** Rules about the text of files, for what no linter rule covers. */
import { readFileSync } from 'node:fs'
import { filesUnder } from './files.ts'

interface TextRule {
  files: RegExp
  forbidden: RegExp
  comment: string
}

const RULES: readonly TextRule[] = [
  {
    files: /^src\/(?:domain|lifecycle)\//,
    forbidden:
      /\b(?:Date\.now|performance\.now|Math\.random|setTimeout|setInterval)\(|\bnew Date\(\)|^import .*\brandom\w+.* from 'node:crypto'/,
    comment: 'The core is handed its clock and its randomness (Clock and Random of ports.ts).',
  },
  {
    files: /^src\/http\/dashboard\/(?!components\/html\.ts$)/,
    forbidden: /'hono\/html'/,
    comment: 'Templates come from components/html.ts, where the only way past their escaping is.',
  },
  {
    files: /\.(?:[cm]?[jt]s|json|md|ya?ml)$|Dockerfile$|^\.ci\/|npmrc$/,
    // Installing from anywhere but the configured registry is nobody's choice but the operator's.
    forbidden: /\bregistry\.[a-z-]+\.[a-z]{2,3}\b|\bnpmjs\.[a-z]/,
    comment: 'No file names a package registry.',
  },
  {
    files: /\.(?:[cm]?[jt]s|sh)$|^\.ci\//,
    forbidden: /\b(?:TO(?:)DO|FIX(?:)ME|X(?:)XX)\b/,
    comment: 'Do it, or open an issue.',
  },
]

const files = filesUnder('.')
let found = 0
for (const { files: where, forbidden, comment } of RULES) {
  for (const path of files.filter((file) => where.test(file))) {
    readFileSync(path, 'utf8')
      .split('\n')
      .forEach((line, index) => {
        if (!forbidden.test(line)) return
        found += 1
        console.log(`${path}:${index + 1}: ${comment}\n    ${line.trim().slice(0, 120)}`)
      })
  }
}
console.log(`${files.length} files, ${found} against the rules`)
process.exit(found === 0 && files.length > 0 ? 0 : 1)

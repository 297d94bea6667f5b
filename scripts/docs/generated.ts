/** What of the documentation is made from the source: parts of pages between markers, and whole files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { configHelp, configTable } from '../../src/config/settings-text.ts'
import { destinationChart } from '../simulate/destination-chart.ts'
import { scheduleTable } from '../simulate/schedule.ts'
import { commandTable } from './command-table.ts'
import { type Figures, figuresTable, verifiedTable } from './figures.ts'
import { importTable, roomTable } from './import-tables.ts'

const VERIFIERS = 'test/signatures/verifiers/'
/** A file that a page shows a part of, and the language of that part. */
const SNIPPETS = [
  ['verify.mjs', 'js'],
  ['verify.py', 'python'],
  ['verify.go', 'go'],
  ['verify.rb', 'ruby'],
  ['verify.php', 'php'],
  ['rust/src/main.rs', 'rust'],
] as const

export interface GeneratedFile {
  path: string
  text: string
}

/** Every file that is generated, or has generated parts, as it must be. Paths are from the root, which is the working directory. */
export function generatedFiles(): GeneratedFile[] {
  const figures = readdirSync('docs/figures').map((file) => file.replace(/\.json$/, ''))
  const pages = {
    'README.md': { verified: verifiedTable(readFigures) },
    'docs/configuration.md': { config: configTable() },
    'docs/command-line.md': { commands: commandTable() },
    'docs/receivers.md': { schedule: scheduleTable(), ...Object.fromEntries(SNIPPETS.map(snippet)) },
    'docs/verification.md': Object.fromEntries(figures.map((name) => [`figures/${name}`, figuresTable(readFigures(name))])),
    'docs/architecture.md': {
      imports: importTable(isPartOfSource),
      rooms: roomTable(isPartOfSource),
    },
  }
  return [
    ...Object.entries(pages).map(([path, parts]) => ({ path, text: filled(path, parts) })),
    { path: 'bin/variables.txt', text: configHelp() },
    { path: 'docs/destination.svg', text: destinationChart() },
  ]
}

function isPartOfSource(name: string): boolean {
  return existsSync(`src/${name}`) || existsSync(`src/${name}.ts`)
}

/** The page with each part between its markers: `<!-- name:start -->` and `<!-- name:end -->`. Throws when markers are missing. */
function filled(path: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce(
    (page, [name, text]) => {
      const [start, end] = [`<!-- ${name}:start -->\n`, `<!-- ${name}:end -->`]
      const [from, to] = [page.indexOf(start), page.indexOf(end)]
      if (from < 0 || to < from) throw new Error(`${path} has no ${start.trim()} and ${end}`)
      return `${page.slice(0, from)}${start}\n${text}\n\n${page.slice(to)}`
    },
    readFileSync(path, 'utf8'),
  )
}

function readFigures(name: string): Figures {
  return JSON.parse(readFileSync(`docs/figures/${name}.json`, 'utf8'))
}

/** What stands between `docs:start` and `docs:end` in a verifier, as a block of code. */
function snippet([file, language]: readonly [string, string]): [name: string, text: string] {
  const source = readFileSync(`${VERIFIERS}${file}`, 'utf8')
  const shown = /^\S+ docs:start\n([\s\S]*?)\n*^\S+ docs:end$/m.exec(source)?.[1]
  if (shown === undefined) throw new Error(`${VERIFIERS}${file} has no part between docs:start and docs:end`)
  return [file, `\`\`\`${language}\n${shown}\n\`\`\``]
}

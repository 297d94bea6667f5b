/** What a text refers to: paths, pages, commands and rows. Pure: whether they exist is asked of the caller. */

/** What the repository has. */
export interface Repository {
  exists(path: string): boolean
  /** Anchors of a markdown file; undefined when there is no such file. */
  anchorsOf(path: string): ReadonlySet<string> | undefined
  npmScripts: ReadonlySet<string>
  /** Names of `npm run fault -- NAME` and `npm run bench -- NAME`. */
  commands: Readonly<Record<'fault' | 'bench', ReadonlySet<string>>>
  /** Ids of the rows of docs/guarantees.md. */
  rows: ReadonlySet<string>
}

/** One reference that leads nowhere. */
export interface Broken {
  line: number
  what: string
}

/** Folders and files at the top, as text names them. */
const TOP = '(?:\\.ci|bench|bin|deploy|docs|drizzle|examples|fault|scripts|src|test)'
const PATH = new RegExp(`(?<![\\w./-])${TOP}/[\\w./-]*\\w\\.(?:[cm]?[jt]s|json|md|ya?ml|py|go|rb|php|rs|svg|sql|csv|txt)\\b`, 'g')
const QUOTED = /`([^`\s]+)`/g
const QUOTED_PATH = new RegExp(`^(?:${TOP}/[^*{}<>…$]*|[A-Za-z][\\w.-]*\\.(?:md|json|ya?ml|cjs)|Dockerfile|LICENSE)$`)
/** Files that the service or its users make, not the repository. */
const MADE = /^(?:data|dist)\/|^(?:package|openapi|answer|movies|datapackage)\.\w+$|\bfile\.ts$/
const COMMENT = /^\s*(?:\/\/|\/?\*|#)/
const ROW = '(?:F[A-D]|[DILORSTVW])\\d{1,2}'
const ROWS = new RegExp(`(?:docs/guarantees\\.md, |\\b[Rr]ows? |\\binvariants? )(${ROW}(?:(?:, | and | to | or )${ROW})*)\\b`, 'g')
/** A document cited by its name in capitals: the repository must have it. */
const CITED = /\b([A-Z]{5,})(?:\.md\b|(?=,? (?:section|rule|[A-Z][1-9])))/g
/** Ways to speak of documents that the repository does not have. */
const OUTSIDE = /\b[Cc]ontract section\b|\bacceptance matrix\b|\btests' matrix\b|(?<![\w/])\.\.\/shared\//g

/** The anchors of a markdown text, as forges make them from its headings. */
export function anchorsIn(markdown: string): Set<string> {
  const headings = withoutCode(markdown).matchAll(/^#{1,6} +(.+?)\s*$/gm)
  return new Set([...headings].map(([, heading = '']) => slug(heading)))
}

function slug(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** The ids in the first column of the tables of docs/guarantees.md. */
export function rowsIn(markdown: string): Set<string> {
  return new Set([...markdown.matchAll(new RegExp(`^\\| (${ROW}) \\|`, 'gm'))].map(([, id = '']) => id))
}

/** Every broken reference of a markdown file. `folder` is where it lies: '' or one that ends in a slash. */
export function brokenInMarkdown(markdown: string, file: string, repository: Repository): Broken[] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  const prose = withoutCode(markdown)
  const links = find(prose, /\]\(([^)\s]+)\)/g, ([, target = '']) => (isBrokenLink(target, file, folder, repository) ? target : null))
  const quoted = find(prose, QUOTED, ([, text = '']) => {
    if (!QUOTED_PATH.test(text) || MADE.test(text)) return null
    return repository.exists(text) || repository.exists(`${folder}${text}`) ? null : text
  })
  return [
    ...links,
    ...quoted,
    ...brokenCommands(markdown, repository),
    ...brokenRows(markdown, repository),
    ...papers(markdown, repository),
  ]
}

/** Every broken reference of a source file: pages anywhere, all else in comments. */
export function brokenInSource(source: string, repository: Repository): Broken[] {
  const comments = source
    .split('\n')
    .map((line) => (COMMENT.test(line) ? line : ''))
    .join('\n')
  const pages = find(source, /(?<![\w./-])(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g, ([text, page = '', anchor]) => {
    const anchors = repository.anchorsOf(page)
    return anchors !== undefined && (anchor === undefined || anchors.has(anchor)) ? null : text
  })
  const paths = find(comments, PATH, ([path]) => (repository.exists(path) || MADE.test(path) ? null : path))
  return [...pages, ...paths, ...brokenCommands(comments, repository), ...brokenRows(source, repository), ...papers(source, repository)]
}

function isBrokenLink(target: string, file: string, folder: string, { exists, anchorsOf }: Repository): boolean {
  if (/^[a-z]+:/.test(target)) return false
  const [path = '', anchor] = target.split('#')
  const linked = path === '' ? file : normalized(`${folder}${path}`)
  if (anchor !== undefined) return anchorsOf(linked)?.has(anchor) !== true
  return !exists(linked)
}

function normalized(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) part === '..' ? parts.pop() : part !== '.' && parts.push(part)
  return parts.join('/')
}

function brokenCommands(text: string, { npmScripts, commands, exists }: Repository): Broken[] {
  const scripts = find(text, /\bnpm run ([a-z][\w:-]*)/g, ([command, name = '']) => (npmScripts.has(name) ? null : command))
  const named = find(text, /\bnpm run (fault|bench) -- ([a-z][\w-]*)/g, ([command, tool = '', name = '']) =>
    commands[tool as 'fault' | 'bench'].has(name) ? null : command,
  )
  const tests = find(text, /\bnpx vitest run((?: (?:test|fault)\/[\w./-]+)+)/g, ([, paths = '']) => {
    const missing = paths.split(' ').filter((path) => path !== '' && !exists(path))
    return missing.length === 0 ? null : missing.join(' ')
  })
  return [...scripts, ...named, ...tests]
}

function brokenRows(text: string, { rows }: Repository): Broken[] {
  return find(text, ROWS, ([, ids = '']) => {
    const unknown = ids.match(new RegExp(ROW, 'g'))?.filter((id) => !rows.has(id)) ?? []
    return unknown.length === 0 ? null : `row ${unknown.join(', ')}`
  })
}

function papers(text: string, { exists }: Repository): Broken[] {
  const says = (what: string) => `${what}: not of this repository`
  const cited = find(text, CITED, ([found, name = '']) => (exists(`${name}.md`) ? null : says(found)))
  return [...cited, ...find(text, OUTSIDE, ([found]) => says(found))]
}

function find(text: string, pattern: RegExp, judge: (match: RegExpMatchArray) => string | null): Broken[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const what = judge(match)
    return what === null ? [] : [{ line: text.slice(0, match.index).split('\n').length, what }]
  })
}

/** The text with its fenced blocks empty, line by line. */
function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
}

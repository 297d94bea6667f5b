/** What can be counted of the code in a tree's src/: sizes, imports between rooms, docstrings, widths; and long lines of all its code. */
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import ts from 'typescript'
import { filesUnder } from './files.ts'

/** No line of code is longer, comments included. */
export const LONGEST_LINE = 140

/** The folders of code. */
const CODE = ['src', 'test', 'fault', 'bench', 'examples', 'scripts']

/** A count that belongs to a place, `src/file.ts name` or the like. */
export interface Place {
  place: string
  count: number
}

export interface CodeFigures {
  files: Place[]
  /** `file:line`, of src/, tests, benchmarks, fault commands, examples and scripts. */
  longLines: string[]
  /** Exported names, and those of them without a docstring. */
  exported: string[]
  undocumented: string[]
  /** Interfaces of which at least half of the members are functions, or interfaces that have some. */
  ports: Place[]
  /** The others: they hold data. */
  records: Place[]
  /** Functions by their number of positional parameters. */
  functions: Place[]
  imports: ImportFigures
}

export interface ImportFigures {
  /** Imports from one file of src/ to another. */
  betweenFiles: number
  rooms: string[]
  /** Ordered pairs of rooms of which the first imports the second, `a → b`. */
  arrows: string[]
  /** The arrows that lie on a cycle of rooms: without one, the rooms have an order in which no arrow points upwards. */
  cyclic: string[]
}

/** Reads and parses src/ of the tree at `root`. Rejects when there is none. */
export async function measureCode(root: string): Promise<CodeFigures> {
  const paths = filesUnder(join(root, 'src')).filter((path) => path.endsWith('.ts'))
  const sources = paths.map((path) => {
    const name = posix.relative(root, path)
    return { name, tree: ts.createSourceFile(name, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true) }
  })
  const lines = sources.map(({ name, tree }) => ({ name, lines: tree.text.replace(/\n$/, '').split('\n') }))
  const exported = sources.flatMap(({ name, tree }) => exportsOf(tree).map((one) => ({ ...one, place: `${name} ${one.name}` })))
  const interfaces = sources.flatMap(({ name, tree }) => interfacesOf(tree).map((one) => ({ ...one, file: name })))
  const withBehaviour = namesWithBehaviour(interfaces)
  const isPort = ({ members }: Interface) => members.filter((member) => isBehaviour(member, withBehaviour)).length * 2 >= members.length
  const widths = (fits: (one: Interface) => boolean) =>
    interfaces.filter(fits).map(({ file, name, members }) => ({ place: `${file} ${name}`, count: members.length }))
  return {
    files: lines.map((file) => ({ place: file.name, count: file.lines.length })),
    longLines: CODE.flatMap((folder) => longLinesUnder(root, folder)),
    exported: exported.map(({ place }) => place),
    undocumented: exported.filter(({ documented }) => !documented).map(({ place }) => place),
    ports: widths(isPort),
    records: widths((one) => !isPort(one)),
    functions: sources.flatMap(({ name, tree }) =>
      functionsOf(tree).map((one) => ({ place: `${name}:${one.line}`, count: one.parameters })),
    ),
    imports: await importsOf(root),
  }
}

function longLinesUnder(root: string, folder: string): string[] {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  return filesUnder(path)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, index) => (line.length > LONGEST_LINE ? [`${posix.relative(root, file)}:${index + 1}`] : [])),
    )
}

/** The names a module exports by declaring them; one of several declarations with a docstring is enough. */
function exportsOf(tree: ts.SourceFile): { name: string; documented: boolean }[] {
  const found = new Map<string, boolean>()
  for (const statement of tree.statements) {
    if (!ts.canHaveModifiers(statement)) continue
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue
    const documented = ts.getJSDocCommentsAndTags(statement).some((comment) => ts.isJSDoc(comment))
    for (const name of declaredNames(statement)) found.set(name, documented || found.get(name) === true)
  }
  return [...found].map(([name, documented]) => ({ name, documented }))
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText())
  const { name } = statement as ts.Statement & { name?: ts.Identifier }
  return [name?.text ?? 'default']
}

interface Interface {
  name: string
  members: readonly ts.TypeElement[]
}

/** Interfaces, and type aliases of one object type. */
function interfacesOf(tree: ts.SourceFile): Interface[] {
  return tree.statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement)) return [{ name: statement.name.text, members: [...statement.members] }]
    if (!ts.isTypeAliasDeclaration(statement) || !ts.isTypeLiteralNode(statement.type)) return []
    return [{ name: statement.name.text, members: [...statement.type.members] }]
  })
}

function namesWithBehaviour(interfaces: readonly Interface[]): Set<string> {
  const names = new Set<string>()
  for (let before = -1; before < names.size; ) {
    before = names.size
    for (const { name, members } of interfaces) if (members.some((member) => isBehaviour(member, names))) names.add(name)
  }
  return names
}

function isBehaviour(member: ts.TypeElement, names: ReadonlySet<string>): boolean {
  if (ts.isMethodSignature(member) || ts.isCallSignatureDeclaration(member)) return true
  if (!ts.isPropertySignature(member) || member.type === undefined) return false
  if (ts.isFunctionTypeNode(member.type)) return true
  return ts.isTypeReferenceNode(member.type) && names.has(member.type.typeName.getText())
}

function functionsOf(tree: ts.SourceFile): { line: number; parameters: number }[] {
  const found: { line: number; parameters: number }[] = []
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node)) {
      found.push({ line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1, parameters: node.parameters.length })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** Which room a file of src/ is in: its folder, or itself where it stands beside folders. */
function roomsOf(files: readonly string[]): Map<string, string> {
  const folders = new Set(files.flatMap((file) => ancestors(posix.dirname(file))))
  const hasFolders = (folder: string) => [...folders].some((other) => posix.dirname(other) === folder)
  return new Map(files.map((file) => [file, hasFolders(posix.dirname(file)) ? file : posix.dirname(file)]))
}

function ancestors(folder: string): string[] {
  return folder === 'src' ? [folder] : [folder, ...ancestors(posix.dirname(folder))]
}

async function importsOf(root: string): Promise<ImportFigures> {
  const options = { baseDir: root, doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true as const }
  const config = extractTSConfig(join(root, 'tsconfig.json'))
  const { modules } = (await cruise(['src'], options, undefined, { tsConfig: config })).output as ICruiseResult
  const own = modules.filter(({ source }) => source.startsWith('src/'))
  const rooms = roomsOf(own.map(({ source }) => source))
  const pairs = own.flatMap(({ source, dependencies }) =>
    [...new Set(dependencies.map(({ resolved }) => resolved))].filter((to) => rooms.has(to)).map((to) => [source, to] as const),
  )
  const next = new Map<string, Set<string>>([...rooms.values()].map((room) => [room, new Set()]))
  for (const [from, to] of pairs) {
    const [here = '', there = ''] = [rooms.get(from), rooms.get(to)]
    if (here !== there) next.get(here)?.add(there)
  }
  const arrows = [...next].flatMap(([from, targets]) => [...targets].map((to) => ({ from, to })))
  const text = ({ from, to }: { from: string; to: string }) => `${from} → ${to}`
  return {
    betweenFiles: pairs.length,
    rooms: [...next.keys()].sort(),
    arrows: arrows.map(text).sort(),
    cyclic: arrows
      .filter(({ from, to }) => reaches(to, from, next))
      .map(text)
      .sort(),
  }
}

function reaches(from: string, goal: string, next: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let room = open.pop(); room !== undefined; room = open.pop()) {
    if (room === goal) return true
    if (!seen.has(room)) open.push(...(next.get(room) ?? []))
    seen.add(room)
  }
  return false
}

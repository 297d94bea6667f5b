/** The rules of `.dependency-cruiser.cjs` as the tables of docs/architecture.md. */
import { createRequire } from 'node:module'

interface Rule {
  name: string
  comment: string
  from: { path?: string; pathNot?: string }
  to: { path?: string; pathNot?: string | string[] }
}

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: readonly Rule[] }

/** A folder of src/ that exists in this build, with the folders it may import. */
export function importTable(exists: (folder: string) => boolean): string {
  const rows = forbidden.flatMap(({ name, comment, from, to }) => {
    if (to.path !== '^src/' || to.pathNot === undefined || name.includes('/')) return []
    const own = foldersOf(from.path).filter(exists)
    const allowed = [to.pathNot].flat().flatMap(foldersOf).filter(exists)
    const others = allowed.filter((folder) => !own.includes(folder))
    return own.length === 0 ? [] : [`| ${list(own)} | ${others.length === 0 ? 'nothing' : list(others)} | ${comment} |`]
  })
  return ['| folder | may import, besides itself | why |', '|---|---|---|', ...rows].join('\n')
}

/** The rooms of the big folders, lowest first. */
export function roomTable(exists: (folder: string) => boolean): string {
  const rooms = new Map<string, string[]>()
  for (const { name } of forbidden) {
    const [, parent, room] = /^(.+)\/([^/]+)$/.exec(name) ?? []
    if (parent === undefined || room === undefined) continue
    // One floor may hold several rooms, which do not know one another: `(?:sqlite|postgres)`.
    const beside = room.replace(/^\(\?:(.*)\)$/, '$1').split('|')
    const present = beside.filter((one) => exists(`${parent}/${one}`))
    if (present.length > 0) rooms.set(parent, [...(rooms.get(parent) ?? []), present.map((one) => `\`${one}\``).join(', ')])
  }
  const rows = [...rooms].map(([parent, names]) => `| \`src/${parent}\` | ${names.join(' ← ')} |`)
  return ['| folder | rooms, lowest first: each may import those to its left |', '|---|---|', ...rows].join('\n')
}

/** The names in a pattern that the rules are written with: `^src/(?:a|b)(?:/|\.ts$)`, `^src/(a|b)/`, `^src/a\.ts$`. */
function foldersOf(pattern: string | undefined): string[] {
  const [, group, single] = /^\^src\/(?:\((?:\?:)?([\w|-]+)\)|([\w-]+))/.exec(pattern ?? '') ?? []
  return (group ?? single ?? '').split('|').filter((name) => name !== '')
}

function list(folders: readonly string[]): string {
  return folders.map((folder) => `\`${folder}\``).join(', ')
}

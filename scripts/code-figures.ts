/**
 * `npm run code-figures [-- TREE…]`: figures of the code in src/, a column for each tree (the folder of a checkout; this one when none is
 * named). A room is a folder; a file that stands beside folders is a room of its own.
 */
import { type CodeFigures, LONGEST_LINE, measureCode, type Place } from './measure-code.ts'

const ROWS: Record<string, (figures: CodeFigures) => string | number> = {
  files: ({ files }) => files.length,
  lines: ({ files }) => files.reduce((sum, { count }) => sum + count, 0),
  'longest file': ({ files }) => widest(files),
  'median file': ({ files }) => files.map(({ count }) => count).sort((a, b) => a - b)[Math.floor(files.length / 2)] ?? 0,
  [`lines longer than ${LONGEST_LINE}`]: ({ longLines }) => longLines.length,
  rooms: ({ imports }) => imports.rooms.length,
  'imports between files': ({ imports }) => imports.betweenFiles,
  'arrows between rooms': ({ imports }) => imports.arrows.length,
  'arrows on a cycle of rooms': ({ imports }) => imports.cyclic.length,
  'exported names': ({ exported }) => exported.length,
  'with a docstring': ({ exported, undocumented }) => exported.length - undocumented.length,
  'widest interface': ({ ports }) => widest(ports),
  'widest record of data': ({ records }) => widest(records),
  'functions of more than 4 parameters': ({ functions }) => functions.filter(({ count }) => count > 4).length,
  'functions of more than 5 parameters': ({ functions }) => functions.filter(({ count }) => count > 5).length,
}

function widest(places: readonly Place[]): string {
  const [first] = [...places].sort((a, b) => b.count - a.count)
  return first ? `${first.count} (${first.place})` : 'none'
}

const named = process.argv.slice(2)
const trees = named.length === 0 ? ['.'] : named
const columns: CodeFigures[] = []
for (const tree of trees) columns.push(await measureCode(tree))
console.log(`| src/ | ${trees.join(' | ')} |\n|---|${'---|'.repeat(trees.length)}`)
for (const [name, of] of Object.entries(ROWS)) console.log(`| ${name} | ${columns.map(of).join(' | ')} |`)

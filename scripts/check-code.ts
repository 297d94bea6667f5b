/** Sizes that src/ keeps to, and the width that all code keeps to. `npm run code-figures` shows how far src/ is from them. */
import { LONGEST_LINE, measureCode } from './measure-code.ts'

/** Lines of a file. */
const LONGEST_FILE = 250
/** Members of an interface of functions; a record of data has what its noun has. */
const WIDEST_INTERFACE = 12
/** Positional parameters of a function. */
const MOST_PARAMETERS = 5

const { files, longLines, exported, undocumented, ports, functions, imports } = await measureCode('.')
const faults = [
  ...imports.cyclic.map((arrow) => `${arrow} lies on a cycle of rooms`),
  ...files.filter(({ count }) => count > LONGEST_FILE).map(({ place, count }) => `${place} has ${count} lines, more than ${LONGEST_FILE}`),
  ...longLines.map((place) => `${place} is longer than ${LONGEST_LINE} columns`),
  ...undocumented.map((place) => `${place} is exported without a docstring`),
  ...ports
    .filter(({ count }) => count > WIDEST_INTERFACE)
    .map(({ place, count }) => `${place} has ${count} members, more than ${WIDEST_INTERFACE}: cut it by noun`),
  ...functions
    .filter(({ count }) => count > MOST_PARAMETERS)
    .map(({ place, count }) => `${place} takes ${count} positional parameters, more than ${MOST_PARAMETERS}: name them in an object`),
]
for (const fault of faults) console.log(fault)
console.log(`${files.length} files, ${exported.length} exported names, ${faults.length} faults`)
process.exit(faults.length === 0 && exported.length > 0 ? 0 : 1)

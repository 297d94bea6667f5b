/** Runs one race in this process, which may have loaded a sabotage: `run-race.ts <race> <url>` prints what went wrong, as JSON. */
import { RACES } from '../races/races.ts'

const [name = '', url = ''] = process.argv.slice(2)
const race = RACES[name as keyof typeof RACES]
console.log(JSON.stringify(await race(url)))

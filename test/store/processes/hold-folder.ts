/** Holds the data folder of its first argument until it is killed. */
import { holdDataFolder } from '../../../src/store/folder/data-folder.ts'

try {
  holdDataFolder(process.argv[2] ?? '')
  process.stdout.write('held\n')
  setInterval(() => {}, 1000)
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : error}\n`)
}

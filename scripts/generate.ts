/** `npm run generate`: writes what of the documentation is made from the source. With `--check` it only tells what is out of date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { generatedFiles } from './docs/generated.ts'

const files = generatedFiles()
const stale = files.filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.log(`${path} is out of date: npm run generate`)
  console.log(`${files.length} files, ${stale.length} out of date`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const { path, text } of stale) writeFileSync(path, text)
  console.log(`${files.length} files, ${stale.length} written`)
}

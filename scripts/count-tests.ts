/** Prints `N passed, N failed` from vitest's JSON report, for `.ci/run`. A file that could not be run at all is one failure. */
import { existsSync, readFileSync } from 'node:fs'

interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[]
}

const [path = 'test-results.json'] = process.argv.slice(2)
const report: Report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { numPassedTests: 0, numFailedTests: 1, testResults: [] }

const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
)
const failed = report.numFailedTests + brokenFiles.length
for (const file of brokenFiles) console.log(`could not be run: ${file.name}`)
console.log(`${report.numPassedTests} passed, ${failed} failed`)
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1)

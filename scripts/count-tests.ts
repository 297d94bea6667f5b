/**
 * `count-tests.ts PASSED FAILED REPORT…`: prints `N passed, N failed` for `.ci/run`. It adds the tests in vitest's JSON reports to the
 * steps that have passed and failed, and names each test that failed. A report that is missing and a test file that could not be run are
 * one failure each.
 */
import { existsSync, readFileSync } from 'node:fs'

/** Of a failed test's messages so many characters are printed. */
const LONGEST_MESSAGE = 600

interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[]
}

const [passedSteps = '0', failedSteps = '0', ...reports] = process.argv.slice(2)
let passed = Number(passedSteps)
let failed = Number(failedSteps)
for (const path of reports) {
  if (!existsSync(path)) {
    console.log(`there is no ${path}`)
    failed += 1
    continue
  }
  const { numPassedTests, numFailedTests, testResults }: Report = JSON.parse(readFileSync(path, 'utf8'))
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  )
  for (const file of brokenFiles) console.log(`could not be run: ${file.name}`)
  for (const { name, assertionResults } of testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') console.log(`failed: ${name}: ${fullName}\n  ${failureMessages.join('\n  ').slice(0, LONGEST_MESSAGE)}`)
    }
  }
  passed += numPassedTests
  failed += numFailedTests + brokenFiles.length
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

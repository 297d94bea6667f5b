/**
 * `npm run fault -- signatures`: callbacks verified by the reference libraries while the secret is rotated in the middle of the
 * stream, and the vectors in other languages. First on a build without overlap, where it must fail.
 */
import { checkRotation, questions, type RotationReport } from '../../../test/signatures/check-rotation.ts'
import { askJavaScript, askPython, withPython } from '../../../test/signatures/libraries.ts'
import { LANGUAGES, verifyIn } from '../../../test/signatures/other-languages.ts'
import { type StreamOptions, streamThroughRotation } from '../../../test/signatures/stream.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'

const ONE_SIGNATURE = sabotage('one-signature')
const SHORT: StreamOptions = { aroundMs: 500, overlapSeconds: 2 }

/** A stream of a build that signs with the newest secret only: receivers with the old one must be seen to fail. */
export async function runControl(): Promise<RotationReport> {
  const stream = await streamThroughRotation({ ...SHORT, preload: [ONE_SIGNATURE] })
  return checkRotation(stream, askJavaScript(questions(stream)))
}

/** True when the control failed as it must, both libraries verified every callback, and no vector came out otherwise. */
export async function signatures({ print, record }: Output): Promise<boolean> {
  print('control: callbacks signed with the newest secret only')
  const control = await runControl()
  print(`  ${control.unverifiable} of ${control.callbacks} unverifiable: ${describeSight(!control.held)}`)
  if (control.held) return false

  print('a stream of callbacks, its secret rotated in the middle with 5 s of overlap')
  const stream = await streamThroughRotation({ aroundMs: 5_000, overlapSeconds: 5 })
  const asked = questions(stream)
  const answers = {
    'standardwebhooks for JavaScript': askJavaScript(asked),
    'standardwebhooks for Python': await withPython((python) => askPython(python, asked)),
  }
  let held = true
  for (const [library, verified] of Object.entries(answers)) {
    const report = checkRotation(stream, verified)
    held &&= report.held
    print(`  ${library}: ${describe(report)}`)
    record({ [library]: describe(report) })
  }

  print('genuine and forged callbacks, held against the verifiers of docs/receivers.md')
  for (const language of LANGUAGES) {
    const verdicts = await verifyIn(language)
    held &&= verdicts === null || verdicts.right === verdicts.of
    print(
      `  ${language.name.padEnd(10)} ${verdicts === null ? 'is not on this machine' : `${verdicts.right} of ${verdicts.of} as expected`}`,
    )
  }
  print(held ? 'held' : 'FAILED')
  return held
}

function describe({ callbacks, overlapping, unverifiable, stale }: RotationReport): string {
  return `${unverifiable} of ${callbacks} unverifiable; ${overlapping} with both secrets, ${stale} with an expired one`
}

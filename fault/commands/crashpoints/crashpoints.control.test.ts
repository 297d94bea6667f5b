import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { straceObstacle } from '../../harness/strace.ts'
import { EARLY_ACK, runCrashControl, SPLIT_END } from './crashpoints.ts'

const obstacle = process.env.CI === 'true' ? null : straceObstacle()

controlTest('a job that was acknowledged before its commit is missed when the kill comes between', import.meta.url, async (context) => {
  if (obstacle !== null) context.skip(`NOT RUN: nothing can be traced here (${obstacle})`)
  expect(await runCrashControl(EARLY_ACK)).not.toBeNull()
})

controlTest('an end that is committed apart from its delivery is seen to be torn', import.meta.url, async (context) => {
  if (obstacle !== null) context.skip(`NOT RUN: nothing can be traced here (${obstacle})`)
  expect(await runCrashControl(SPLIT_END)).not.toBeNull()
})

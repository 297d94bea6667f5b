import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { diskObstacle, runDisk } from './disk.ts'

controlTest('builds that break a rule of a failing or a damaged disk are seen', import.meta.url, async (context) => {
  const obstacle = diskObstacle()
  if (obstacle !== null && process.env.CI !== 'true') context.skip(`NOT RUN: no namespace or no strace here (${obstacle})`)
  const options = { seed: 7, controls: true, errors: 0, fills: 0, images: 0, seconds: 0, limitMs: 15_000 }
  const { controls } = await runDisk({ ...options, rows: 'D5,D8' })
  expect(controls.map(({ sight }) => sight)).toEqual(['seen', 'seen', 'seen'])
})

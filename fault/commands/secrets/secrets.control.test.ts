import { expect } from 'vitest'
import { controlTest } from '../../harness/control-test.ts'
import { runControl } from './secrets.ts'

controlTest(
  'the search sees what a build tells that logs credentials, cookies, queries and payloads and keeps secrets in clear',
  import.meta.url,
  async () => {
    expect(await runControl(7)).toEqual([])
  },
)

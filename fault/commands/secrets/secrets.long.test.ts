import { describe, expect, it } from 'vitest'
import { skipsWithoutRedis } from '../../../test/support/redis.ts'
import { removeFolder } from '../../../test/support/service.ts'
import { inspect } from './inspect.ts'
import { tryWrongKeys } from './wrong-keys.ts'

describe.skipIf(skipsWithoutRedis('the search for secrets in Redis'))('on Redis', () => {
  it('what is secret is not there either, nor ever was', { timeout: 300_000 }, async () => {
    const { failures, folder } = await inspect({ seed: 8, broken: false, redis: true })
    await removeFolder(folder)
    expect(failures).toEqual([])
  })
})

it('a start under another master key is refused and changes nothing', { timeout: 300_000 }, async () => {
  expect((await tryWrongKeys()).filter(({ wrong }) => wrong !== null)).toEqual([])
})

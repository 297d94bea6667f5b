import { expect, it } from 'vitest'
import { removeFolder } from '../../../test/support/service.ts'
import { inspect } from './inspect.ts'

it('what is secret is found nowhere but where it belongs, whatever route it came by and however the route answered', {
  timeout: 300_000,
}, async () => {
  const { failures, folder } = await inspect({ seed: 7, broken: false })
  await removeFolder(folder)
  expect(failures).toEqual([])
})

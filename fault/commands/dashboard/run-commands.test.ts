import { describe, expect, it } from 'vitest'
import { strayWords } from './run-commands.ts'

describe('the commands of a page in a shell', () => {
  it('are silent when they only call curl, whatever is quoted', () => {
    expect(strayWords([`curl -s 'http://x/?a=$(b)' -H "k: $KEY"`, `curl -d '{"a":"'\\''; b; '\\''"}' x`])).toEqual([])
  })

  it.each([`curl 'x'; stray; ''`, 'curl $(stray)', 'curl "`stray`"', 'curl x\nstray', `curl 'never closed`])(
    'are seen to do more: %s',
    (command) => {
      expect(strayWords([command]).length).toBeGreaterThan(0)
    },
  )
})

import { expect, test } from 'vitest'
import { LANGUAGES, verifyIn } from './other-languages.ts'

test.for(LANGUAGES.filter(({ isCompiled }) => isCompiled))(
  'the verifier of docs/receivers.md in $name accepts what Ringback signed, and nothing else',
  {
    timeout: 300_000,
  },
  async (language, { skip }) => {
    if (language.isUnreached) skip('NOT RUN: its registry is not reached')
    const verdicts = await verifyIn(language)
    if (verdicts === null) {
      if (process.env.CI === 'true') throw new Error(`${language.name} is not on this machine`)
      console.warn(`not run: ${language.name} is not on this machine`)
      return
    }
    expect(verdicts.right).toBe(verdicts.of)
  },
)

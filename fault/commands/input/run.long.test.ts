import { expect, it } from 'vitest'
import { runDocuments, runProtocol } from './input.ts'

const SEED = 7

it('no bytes make an answer come in another’s place, a large body stay, or a wrong request be taken', { timeout: 300_000 }, async () => {
  const { groups } = await runProtocol(2 * 1024 * 1024)
  expect(groups.flatMap(({ faults }) => faults)).toEqual([])
})

it('a document is kept byte by byte or refused', { timeout: 300_000 }, async () => {
  const groups = await runDocuments(60, SEED, false)
  expect(groups.flatMap(({ faults }) => faults)).toEqual([])
})

/** The races of `races/` on builds that break a promise each: one that sees nothing there would be blind. */
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sabotage } from '../../fault/harness/builds.ts'
import { spawnChild } from '../support/spawn-child.ts'
import type { RACES } from './races/races.ts'
import { describeWithPostgres, postgresOfFile } from './with-postgres.ts'

const RUN = fileURLToPath(new URL('./processes/run-race.ts', import.meta.url))

const SEEN_BY: Record<string, keyof typeof RACES> = {
  'guard-without-lease': 'lostClaim',
  'feed-by-sequence': 'eventOnItsWay',
  'commit-tag-unchecked': 'rolledBackCommit',
  'lost-commit-counts': 'cutCommits',
}

async function breachesOn(build: string, race: string, url: string): Promise<string[]> {
  const child = spawnChild(process.execPath, ['--import', sabotage(build).href, RUN, race, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return JSON.parse(output) as string[]
}

describeWithPostgres('a build for PostgreSQL', () => {
  const server = postgresOfFile()

  it.each(Object.entries(SEEN_BY))('with %s is seen to fail by the race %s', async (build, race) => {
    const breaches = await breachesOn(build, race, await server().database())
    expect(breaches).not.toEqual([])
    expect(breaches.filter((breach) => breach.includes('not cut'))).toEqual([])
  })
})

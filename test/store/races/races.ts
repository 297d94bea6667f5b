/** What may go wrong between processes on one PostgreSQL database; each race tells what did, in an empty database of its own. */
import { cutCommits } from './cut-commits.ts'
import { eventOnItsWay } from './event-on-its-way.ts'
import { lostClaim } from './lost-claim.ts'
import { rolledBackCommit } from './rolled-back-commit.ts'

export const RACES = { lostClaim, eventOnItsWay, rolledBackCommit, cutCommits }

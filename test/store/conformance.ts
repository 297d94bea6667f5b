import { describe } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { backlogConformance } from './conformance/backlog.ts'
import { claimConformance } from './conformance/claims.ts'
import { commitConformance } from './conformance/commits.ts'
import { deadLetterConformance } from './conformance/dead-letters.ts'
import { deliveryConformance } from './conformance/deliveries.ts'
import { destinationConformance } from './conformance/destinations.ts'
import { endpointConformance } from './conformance/endpoints.ts'
import { feedConformance } from './conformance/feed.ts'
import { jobConformance } from './conformance/jobs.ts'
import { listConformance } from './conformance/lists.ts'
import { purgeConformance } from './conformance/purge.ts'
import { rerunConformance } from './conformance/reruns.ts'
import { sessionConformance } from './conformance/sessions.ts'
import { tenantConformance } from './conformance/tenants.ts'
import { workerConformance } from './conformance/workers.ts'

/** Opens an empty store that is closed when the test has ended. */
export type OpenStore = () => Promise<Store>

/** What every adapter of the Store port promises. */
export function storeConformance(name: string, open: OpenStore): void {
  describe(`${name}: commits`, () => commitConformance(open))
  describe(`${name}: jobs`, () => jobConformance(open))
  describe(`${name}: claims`, () => claimConformance(open))
  describe(`${name}: backlog`, () => backlogConformance(open))
  describe(`${name}: deliveries`, () => deliveryConformance(open))
  describe(`${name}: dead letters`, () => deadLetterConformance(open))
  describe(`${name}: feed`, () => feedConformance(open))
  describe(`${name}: destinations`, () => destinationConformance(open))
  describe(`${name}: endpoints`, () => endpointConformance(open))
  describe(`${name}: lists`, () => listConformance(open))
  describe(`${name}: reruns and sums of jobs`, () => rerunConformance(open))
  describe(`${name}: purge`, () => purgeConformance(open))
  describe(`${name}: tenants`, () => tenantConformance(open))
  describe(`${name}: sessions`, () => sessionConformance(open))
  describe(`${name}: workers`, () => workerConformance(open))
}

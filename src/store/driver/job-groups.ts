import type { JobGroup, JobSummary } from '../../ports/jobs.ts'

/** Groups shown at most. */
export const SUMMARY_GROUPS = 1000

/** Adds the groups of one window to those of the windows before it. */
export function addGroups(known: Map<string, JobGroup>, groups: readonly JobGroup[]): void {
  for (const group of groups) {
    const key = JSON.stringify([group.tenantId, group.type, group.status, group.errorCode])
    const same = known.get(key)
    if (same) same.count += group.count
    else known.set(key, group)
  }
}

/** @param largestFirst all groups that were found. `isWhole`: everything was looked at */
export function jobSummaryOf(largestFirst: readonly JobGroup[], isWhole: boolean): JobSummary {
  return { groups: largestFirst.slice(0, SUMMARY_GROUPS), complete: isWhole && largestFirst.length <= SUMMARY_GROUPS }
}

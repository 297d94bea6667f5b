/**
 * The text of a lease: the right of one worker process to one record. The worker's id is never used twice and each lease of a record has
 * another version in it, so no lease is given out twice: a write that is guarded by one cannot come from an earlier holder.
 *
 * @param worker the id of the worker process; has no dot
 * @param version the version that the record has under the lease; 0 for a record that is inserted under its lease
 */
export function leaseOf(worker: string, version: number): string {
  return `${worker}.${version}`
}

/** Where every lease of a worker process lies among texts in byte order: at or after `from`, before `to`. */
export function leasesOf(worker: string): { from: string; to: string } {
  return { from: `${worker}.`, to: `${worker}/` }
}

/** A copy in a line for the operator. Sizes in bytes, times in milliseconds. */
export function copySummary(path: string, { jobs, bytes, ms }: { jobs: number; bytes: number; ms: number }): string {
  return `${path}: ${jobs} jobs, ${(bytes / 1e6).toFixed(1)} MB, checked and on disk in ${(ms / 1000).toFixed(1)} s`
}

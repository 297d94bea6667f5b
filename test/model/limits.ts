/** The settings of every process of the model: small, so that limits are met, and short, so that little time is pushed. */
export const JOB_CONCURRENCY = 2
export const CALLBACK_CONCURRENCY = 4
export const PER_DESTINATION = 2
/** The second tenant's limit of running jobs. */
export const SECOND_TENANT_RUNS = 1
/** Long enough that nothing is purged before the model has seen it settled, short enough that a jump of the clock purges. Milliseconds. */
export const RETENTION_MS = 30 * 60_000
/** The waits after the first try, milliseconds. */
export const SCHEDULE = [5_000, 30_000]

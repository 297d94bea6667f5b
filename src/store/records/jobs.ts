import type { JobReads } from '../../ports/jobs.ts'
import type { Driver } from '../driver/driver.ts'
import { plainBytes } from '../rows/column.ts'
import type { Encryptor } from '../rows/encryption.ts'
import { readJob, readJobView } from '../rows/read-job.ts'
import { found } from './found.ts'

/** The port's reads of jobs, over the rows of a driver; `encryptor` opens the headers of their callbacks. */
export function jobReads(driver: Driver, encryptor: Encryptor): JobReads {
  return {
    find: (id) => found(driver.read('job', id), (row) => readJob(row, encryptor)),
    view: (id) => found(driver.read('jobView', id), (rows) => readJobView(rows, encryptor)),
    async result(jobId, part) {
      const stored = await driver.scan('result', jobId, part)
      return stored === null ? null : { bytes: plainBytes(stored.bytes), sha256: plainBytes(stored.sha256) }
    },
    async payload(jobId) {
      const stored = await driver.scan('payload', jobId)
      return stored === null ? null : plainBytes(stored.bytes)
    },
    async list(query) {
      const { rows, next } = await driver.scan('listJobs', query)
      return { rows: rows.map((one) => readJobView(one, encryptor)), next }
    },
    rerunCandidates: (query, after, limit) => driver.scan('rerunCandidates', query, after, limit),
    countRerunCandidates: (query, after) => driver.scan('countRerunCandidates', query, after),
    summarize: (query) => driver.scan('summarizeJobs', query),
    async queuePosition(job, now, cap) {
      const ahead = await driver.read('jobsAhead', job, now, cap)
      return ahead < cap ? ahead + 1 : null
    },
    tombstone: (jobId, now) => found(driver.read('tombstone', jobId, now), (row) => ({ tenantId: row.tenant_id })),
    recentDurations: (limit) => driver.scan('recentDurations', limit),
    expired: (before, limit) => driver.scan('expiredJobs', before, limit),
  }
}

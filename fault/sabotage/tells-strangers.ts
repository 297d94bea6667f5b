/** An id of another tenant is answered in other words than an unknown one. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'lifecycle/access/find-job.ts',
  'if (!maySee(reader, view.job.tenantId)) throw notFound()',
  'if (!maySee(reader, view.job.tenantId)) throw gone()',
)

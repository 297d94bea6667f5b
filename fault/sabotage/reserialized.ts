/** Payloads are kept as a reader understood them. */
import { rewrite } from '../harness/rewrite-source.ts'

const KEPT = "memberBytes(raw, 'payload') ?? NO_PAYLOAD"

rewrite('http/routes/submit-job.ts', KEPT, `Buffer.from(JSON.stringify(JSON.parse(new TextDecoder().decode(${KEPT}))))`)

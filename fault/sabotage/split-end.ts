/** The end of a job and the deliveries that announce it are two transactions. */
import { rewrite } from '../harness/rewrite-source.ts'

const EACH_STEP = 'for (const { statement, values } of steps) {\n'

rewrite(
  'store/sqlite/threads/group-commit.ts',
  EACH_STEP,
  `${EACH_STEP}      if (statement === 'insertDelivery') { commit.run(); begin.run() }\n`,
)

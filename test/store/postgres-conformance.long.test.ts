import { storeConformance } from './conformance.ts'
import { describeWithPostgres, postgresOfFile, postgresOnce } from './with-postgres.ts'

describeWithPostgres('on a server', () => {
  storeConformance('PostgreSQL', postgresOnce(postgresOfFile()))
})

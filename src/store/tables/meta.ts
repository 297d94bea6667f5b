import { column, key, table } from './column.ts'

/** Facts about this database: a value that shows which master key it was made with, the installation's id, when it was opened last. */
export const meta = table('meta', { key: key(column('text')), value: column('text') })

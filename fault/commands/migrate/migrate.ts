/** `npm run fault -- migrate`: many processes bring one database to the present schema, and die on the way. First on builds that fail. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { removeFolder, tempFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { integrityOf } from '../../harness/integrity.ts'
import { type Migrators, startMigrators } from './migrators.ts'

/** So many processes migrate at once (docs/guarantees.md, D25). */
const PROCESSES = 8
const COUNTS_TOO_EARLY = sabotage('counts-migrations-early')
const NO_TRANSACTION = sabotage('migrates-piecemeal')

export interface MigrateOptions {
  /** Of eight processes at once. */
  rounds: number
  /** Statements at which a process dies: every one, or every so many. */
  everyStatement: number
  preload?: readonly URL[]
}

export interface MigrateReport {
  rounds: number
  /** Processes that died, each at another statement. */
  deaths: number
  statements: number
  /** What was wrong, a line each. */
  failures: string[]
}

/** Each round and each death on a database of its own. */
export async function runMigrations({ rounds, everyStatement, preload = [] }: MigrateOptions): Promise<MigrateReport> {
  const folder = await tempFolder()
  const migrators = startMigrators(PROCESSES, preload)
  try {
    const failures: string[] = []
    const { statements, schema } = await migrateAlone(freshDatabase(folder, 'alone'))
    const check = async (name: string, migrate: (path: string) => ReturnType<Migrators['migrate']>) => {
      const path = freshDatabase(folder, name)
      const errors = (await migrate(path)).flatMap(({ error }) => error ?? [])
      if (errors.length > 0) failures.push(`${name}: ${errors.length} of ${PROCESSES} failed: ${errors[0]}`)
      else if (schemaOf(path) !== schema) failures.push(`${name}: the schema is another one`)
      else if (integrityOf(join(folder, name)) !== 'ok') failures.push(`${name}: integrity_check: ${integrityOf(join(folder, name))}`)
    }
    for (let round = 1; round <= rounds; round++) await check(`round ${round}`, migrators.migrate)
    let deaths = 0
    for (let dieAt = 0; dieAt < statements; dieAt += everyStatement) {
      await check(`death at statement ${dieAt}`, (path) => migrators.migrateBeside(path, dieAt))
      deaths += 1
    }
    if (deaths === 0) failures.push('nobody died: the migration has no statements')
    return { rounds, deaths, statements, failures }
  } finally {
    migrators.close()
    await removeFolder(folder)
  }
}

/** Whether each sabotaged build fails as it must: one is beaten by a race, one by a death. */
export async function runControls(): Promise<{ raceSeen: boolean; deathSeen: boolean }> {
  const race = await runMigrations({ rounds: 1, everyStatement: Number.POSITIVE_INFINITY, preload: [COUNTS_TOO_EARLY] })
  const death = await runMigrations({ rounds: 0, everyStatement: 15, preload: [NO_TRANSACTION] })
  const isSeen = ({ failures }: MigrateReport, what: string) => failures.some((failure) => failure.startsWith(what))
  return { raceSeen: isSeen(race, 'round'), deathSeen: isSeen(death, 'death at') }
}

/** True when both controls failed as they must, and every database of the real build got its schema once. */
export async function migrate({ rounds, print, record }: { rounds: number } & Output): Promise<boolean> {
  print('control: a build that counts what is missing before it has the lock, and one without a transaction')
  const { raceSeen, deathSeen } = await runControls()
  print(`  race: ${describeSight(raceSeen)}; death: ${describeSight(deathSeen)}`)
  if (!raceSeen || !deathSeen) return false

  print(`${PROCESSES} processes at once, ${rounds} times; then ${PROCESSES} beside one that dies, at every statement`)
  const { deaths, statements, failures } = await runMigrations({ rounds, everyStatement: 1 })
  const good = (what: string, count: number) => count - failures.filter((failure) => failure.startsWith(what)).length
  print(`  rounds                ${good('round', rounds)}/${rounds} migrated once, 0 errors`)
  print(`  deaths                ${good('death', deaths)}/${deaths} (statements: ${statements}) completed by those that waited`)
  for (const failure of failures.slice(0, 10)) print(`  BREACH ${failure}`)
  print(failures.length === 0 ? 'held' : 'FAILED')
  record({
    'processes at once': PROCESSES,
    'databases migrated once': `${good('round', rounds)} of ${rounds}`,
    'deaths completed by those that waited': `${good('death', deaths)} of ${deaths}`,
  })
  return failures.length === 0
}

/** A folder with a database as an older build leaves it: there, in WAL mode, without what is to come. */
function freshDatabase(folder: string, name: string): string {
  mkdirSync(join(folder, name))
  const path = join(folder, name, 'ringback.db')
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.close()
  return path
}

/** What one process that nobody disturbs makes of a database. */
async function migrateAlone(path: string): Promise<{ statements: number; schema: string }> {
  const one = startMigrators(1, [])
  const [done] = await one.migrate(path)
  one.close()
  return { statements: done?.statements ?? 0, schema: schemaOf(path) }
}

function schemaOf(path: string): string {
  const db = new Database(path, { readonly: true })
  try {
    const objects = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
    return JSON.stringify([db.pragma('user_version', { simple: true }), objects])
  } finally {
    db.close()
  }
}

/** The figures of a run as JSON: `docs/figures/<command>.json`, from which the tables of the documentation are made. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Each figure by the words that stand beside it in a table. */
export type Figures = Record<string, number | string>

/** How many cases a command tried, and how many were lost, in a few words. */
export interface Summary {
  cases: string
  lost: string
}

interface Run {
  /** The command line. */
  command: string
  figures: Figures
  /** The sabotaged builds that were seen. */
  control: string
  held: boolean
  summary?: Summary
}

const FOLDER = new URL('../../docs/figures/', import.meta.url)

/** Writes the file of a command and gives its path. The promise that stands in its summary is written by hand and stays. */
export function writeFigures(name: string, { command, figures, control, held, summary }: Run): string {
  mkdirSync(FOLDER, { recursive: true })
  const file = new URL(`${name}.json`, FOLDER)
  const before: { summary?: { guarantee?: string } } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const document = {
    command,
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    machine: `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`,
    figures,
    control: `${control}: ${held ? 'seen' : 'see the verdict'}`,
    verdict: held ? 'held' : 'failed',
    ...(summary ? { summary: { ...before.summary, ...summary } } : {}),
  }
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`)
  return fileURLToPath(file)
}

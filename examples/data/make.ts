/**
 * Makes examples/data/box-office.csv from the films of the dev dependency vega-datasets (its movies.json): `node examples/data/make.ts`.
 * Nothing is cleaned but the dates, which become ISO 8601: missing figures stay missing, so that reports have something to report.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface Film {
  Title: string | number | null
  Distributor: string | null
  'Major Genre': string | null
  'Release Date': string
  'US Gross': number | null
  'Worldwide Gross': number | null
}

const HEADER = ['title', 'release_date', 'genre', 'distributor', 'us_gross', 'worldwide_gross']

/** The films as CSV (RFC 4180, LF). */
export function boxOfficeCsv(films: readonly Film[]): string {
  const rows = films.map((film) => [
    film.Title,
    isoDate(film['Release Date']),
    film['Major Genre'],
    film.Distributor,
    film['US Gross'],
    film['Worldwide Gross'],
  ])
  return [HEADER, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('')
}

/** `Jun 12 1998` → `1998-06-12`. */
function isoDate(text: string): string {
  return new Date(`${text} UTC`).toISOString().slice(0, 10)
}

function field(value: string | number | null): string {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url)
  const films = JSON.parse(await readFile(source, 'utf8')) as Film[]
  await writeFile(new URL('./box-office.csv', import.meta.url), boxOfficeCsv(films))
  console.log(`box-office.csv: ${films.length} films`)
}

/** The figures of fault and benchmark commands (`docs/figures/*.json`) as markdown. */

/** What a command found in one run. */
export interface Figures {
  command: string
  /** `YYYY-MM-DD`. */
  date: string
  machine: string
  node: string
  figures: Readonly<Record<string, number | string>>
  note?: string
  /** One row of the README's table. */
  summary?: { guarantee: string; cases: string; lost: string }
}

/** A line that says where the figures come from, and a table of them. */
export function figuresTable({ command, date, machine, node, figures, note }: Figures): string {
  const rows = Object.entries(figures).map(([name, value]) => `| ${name} | ${shown(value)} |`)
  const source = `\`${command}\`, ${date}, Node ${node.replace(/^v/, '')}, ${machine}.${note === undefined ? '' : ` ${note}`}`
  return [source, '', '| what | figure |', '|---|---|', ...rows].join('\n')
}

/** The commands of the README's table, in its order. */
const VERIFIED = ['kill', 'crashpoints', 'powercut', 'stop', 'streams', 'duplicates', 'redis', 'handlers', 'ssrf']

/** The README's table: guarantee, command, cases, lost. Throws when a command has no summary. */
export function verifiedTable(read: (name: string) => Figures): string {
  const rows = VERIFIED.map((name) => {
    const { summary } = read(name)
    if (summary === undefined) throw new Error(`docs/figures/${name}.json has no summary`)
    return `| ${summary.guarantee} | \`npm run fault -- ${name}\` | ${summary.cases} | ${summary.lost} |`
  })
  return ['| guarantee | command | cases | lost |', '|---|---|---|---|', ...rows].join('\n')
}

function shown(value: number | string): string {
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 3 }) : value
}

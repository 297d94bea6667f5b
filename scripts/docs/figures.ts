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
}

/** A line that says where the figures come from, and a table of them. */
export function figuresTable({ command, date, machine, node, figures, note }: Figures): string {
  const rows = Object.entries(figures).map(([name, value]) => `| ${name} | ${shown(value)} |`)
  const source = `\`${command}\`, ${date}, Node ${node.replace(/^v/, '')}, ${machine}.${note === undefined ? '' : ` ${note}`}`
  return [source, '', '| what | figure |', '|---|---|', ...rows].join('\n')
}

/** A promise of the README with the figures that stand for it. */
interface Verified {
  guarantee: string
  /** Of `docs/figures/`. */
  name: string
  /** Names of figures, each with the words that follow its value. */
  cases: readonly (readonly [figure: string, unit: string])[]
  lost: readonly [figure: string, unit: string]
}

const JOBS_LOST = ['jobs lost', ''] as const

const VERIFIED: readonly Verified[] = [
  {
    guarantee: 'No acknowledged job is lost to `kill -9`',
    name: 'kill',
    cases: [
      ['kills on work in flight', ' kills'],
      ['jobs acknowledged', ' jobs'],
    ],
    lost: JOBS_LOST,
  },
  {
    guarantee: '… at any write, from the first start to the stop',
    name: 'crashpoints',
    cases: [
      ['kills that fired', ' crash points'],
      ['jobs acknowledged', ' jobs'],
    ],
    lost: JOBS_LOST,
  },
  {
    guarantee: '… or to a power cut',
    name: 'powercut',
    cases: [
      ['images of the folder, as a power cut leaves it', ' disk images'],
      ['jobs acknowledged', ' jobs'],
    ],
    lost: JOBS_LOST,
  },
  {
    guarantee: 'An orderly stop loses nothing and sends nothing twice',
    name: 'stop',
    cases: [
      ['stops on work in flight', ' stops'],
      ['jobs acknowledged', ' jobs'],
    ],
    lost: JOBS_LOST,
  },
  {
    guarantee: 'One `Idempotency-Key` makes one job',
    name: 'duplicates',
    cases: [
      ['requests', ' requests'],
      ['replies cut', ' cut replies'],
    ],
    lost: ['requests told to come back', ''],
  },
  {
    guarantee: 'Redis may vanish without a loss',
    name: 'redis',
    cases: [
      ['faults on work that waited', ' faults'],
      ['jobs acknowledged', ' jobs'],
    ],
    lost: JOBS_LOST,
  },
  {
    guarantee: 'A hostile handler costs no other job an attempt',
    name: 'handlers',
    cases: [['misbehaving job types', ' hostile types']],
    lost: ['attempts they spent', ' attempts'],
  },
  {
    guarantee: 'No callback reaches a private address',
    name: 'ssrf',
    cases: [
      ['cases', ' cases'],
      ['forbidden addresses with a canary', ' canaries'],
    ],
    lost: ['connections seen by canaries', ' connections'],
  },
]

/** The README's table: guarantee, command, cases, lost. Throws for a figure that no command gave. */
export function verifiedTable(read: (name: string) => Figures): string {
  const rows = VERIFIED.map(({ guarantee, name, cases, lost }) => {
    const { figures } = read(name)
    const value = ([figure, unit]: readonly [string, string]) => {
      const found = figures[figure]
      if (found === undefined) throw new Error(`docs/figures/${name}.json has no figure "${figure}"`)
      return `${shown(found)}${unit}`
    }
    return `| ${guarantee} | \`npm run fault -- ${name}\` | ${cases.map(value).join(', ')} | ${value(lost)} |`
  })
  return ['| guarantee | command | cases | lost |', '|---|---|---|---|', ...rows].join('\n')
}

function shown(value: number | string): string {
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 3 }) : value
}

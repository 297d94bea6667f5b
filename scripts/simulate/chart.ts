/** The chart of docs/concepts.md: a panel for each simulated receiver, as SVG text. Pure; lengths in pixels. */
import { ARRIVALS, type Second } from './destination.ts'
import type { Phase, Receiver } from './receivers.ts'

export interface Run {
  receiver: Receiver
  seconds: readonly Second[]
}

const WIDTH = 980
const PANEL = { width: 470, height: 276, gap: 20 }
const HEAD = 62
const AXIS = 40
const PLOT = { left: AXIS, width: PANEL.width - AXIS - 8 }
/** From the top of a panel. */
const LIMIT = { top: 34, height: 136, highest: 64, marks: [0, 16, 32, 48, 64] }
const STRIP = { top: 175, height: 16 }
const RATE = { top: 202, height: 56 }
const COLORS = {
  limit: '#17408b',
  inFlight: '#8ab4e8',
  open: '#fbdcd5',
  failed: '#c62f1d',
  delivered: '#3c9a62',
  arrivals: '#555',
  well: '#dcefe2',
  slow: '#fbe8bf',
  failing: '#f3b9ae',
}

const LEGEND: readonly (readonly [keyof typeof COLORS, string])[] = [
  ['limit', 'limit in flight'],
  ['inFlight', 'in flight'],
  ['open', 'breaker open: probes only'],
  ['failed', 'failed tries'],
  ['delivered', 'delivered a second'],
  ['arrivals', `new deliveries: ${ARRIVALS} a second`],
]

/** The same runs give the same text. */
export function chart(runs: readonly Run[]): string {
  const height = HEAD + Math.ceil(runs.length / 2) * (PANEL.height + PANEL.gap)
  const panels = runs.map((run, index) => {
    const x = (index % 2) * (PANEL.width + PANEL.gap) + 10
    const y = HEAD + Math.floor(index / 2) * (PANEL.height + PANEL.gap)
    return `<g transform="translate(${x} ${y})">\n${panel(run)}\n</g>`
  })
  const font = `font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="11" fill="#222"`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ${font}>
<title>A destination's limit and breaker against four receivers, simulated</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="18" y="24" font-size="15" font-weight="600">One destination, simulated: its limit and breaker against four receivers</text>
${legend()}
${panels.join('\n')}
</svg>
`
}

function legend(): string {
  let x = 18
  return LEGEND.map(([color, says]) => {
    const mark = legendMark(color, x)
    const text = `<text x="${x + 20}" y="48">${says}</text>`
    x += 38 + says.length * 5.9
    return mark + text
  }).join('\n')
}

function legendMark(color: keyof typeof COLORS, x: number): string {
  if (color === 'limit') return line(x, x + 15, 44, `stroke="${COLORS.limit}" stroke-width="2"`)
  if (color === 'arrivals') return line(x, x + 15, 44, `stroke="${COLORS.arrivals}" stroke-dasharray="3 2"`)
  if (color === 'failed') return rect(x + 6, 38, 2, 12, COLORS.failed)
  return rect(x, 39, 15, 10, COLORS[color])
}

function panel({ receiver, seconds }: Run): string {
  const delivered = sum(seconds, 'delivered')
  const failed = sum(seconds, 'failed')
  const figures = `${thousands(delivered)} of ${thousands(seconds.length * ARRIVALS)} delivered, ${failed} failed tries`
  return [
    `<text x="${PLOT.left}" y="20" font-size="13" font-weight="600">${receiver.title}</text>`,
    `<text x="${PLOT.left + PLOT.width}" y="20" text-anchor="end" fill="#555">${figures}</text>`,
    limitPlot(seconds),
    strip(receiver.phases, seconds.length),
    ratePlot(seconds),
    timeAxis(seconds.length),
  ].join('\n')
}

function limitPlot(seconds: readonly Second[]): string {
  const { top, height, highest } = LIMIT
  const bottom = top + height
  const y = (value: number) => round(bottom - (value / highest) * height)
  const x = scale(seconds.length)
  const open = stretches(seconds.map((second) => second.isOpen)).map(([from, to]) =>
    rect(x(from), top, x(to) - x(from), height, COLORS.open),
  )
  const marks = LIMIT.marks.map((mark) => gridLine(y(mark), String(mark)))
  const failed = seconds.flatMap((second, n) => (second.failed > 0 ? [rect(x(n), bottom - 12, 1.5, 12, COLORS.failed)] : []))
  return [
    ...open,
    ...marks,
    `<path d="M${x(0)} ${bottom}${steps(
      seconds.map((second) => y(second.inFlight)),
      x,
    )}V${bottom}Z" fill="${COLORS.inFlight}"/>`,
    `<path d="M${x(0)} ${y(Math.floor(seconds[0]?.limit ?? 0))}${steps(
      seconds.map((second) => y(Math.floor(second.limit))),
      x,
    )}" fill="none" stroke="${COLORS.limit}" stroke-width="1.6"/>`,
    ...failed,
  ].join('\n')
}

function ratePlot(seconds: readonly Second[]): string {
  const { top, height } = RATE
  const bottom = top + height
  const highest = niceCeiling(Math.max(ARRIVALS, ...seconds.map((second) => second.delivered)))
  const y = (value: number) => round(bottom - (value / highest) * height)
  const x = scale(seconds.length)
  return [
    ...[0, highest].map((mark) => gridLine(y(mark), String(mark))),
    `<path d="M${x(0)} ${bottom}${steps(
      seconds.map((second) => y(second.delivered)),
      x,
    )}V${bottom}Z" fill="${COLORS.delivered}"/>`,
    line(x(0), x(seconds.length), y(ARRIVALS), `stroke="${COLORS.arrivals}" stroke-dasharray="3 2"`),
  ].join('\n')
}

/** What the receiver does, as far as there is room to say it. */
function strip(phases: readonly Phase[], seconds: number): string {
  const x = scale(seconds)
  return phases
    .map(({ from, says, mood }, index) => {
      const left = x(from)
      const width = round(x(phases[index + 1]?.from ?? seconds) - left)
      const fits = says.length * 5.4 < width
      const text = fits
        ? `<text x="${round(left + width / 2)}" y="${STRIP.top + 11.5}" text-anchor="middle" font-size="10">${says}</text>`
        : ''
      return rect(left, STRIP.top, width, STRIP.height, COLORS[mood]) + text
    })
    .join('\n')
}

function timeAxis(seconds: number): string {
  const x = scale(seconds)
  const y = RATE.top + RATE.height + 15
  const label = (minute: number) => {
    const anchor = minute * 60 === seconds ? 'end' : 'middle'
    return `<text x="${x(minute * 60)}" y="${y}" text-anchor="${anchor}" fill="#555">${minute === 0 ? '0' : `${minute} min`}</text>`
  }
  return Array.from({ length: Math.floor(seconds / 60) + 1 }, (_, minute) => label(minute)).join('\n')
}

function scale(seconds: number): (second: number) => number {
  return (second) => round(PLOT.left + (second / seconds) * PLOT.width)
}

/** A line that keeps each second's height to its end. */
function steps(heights: readonly number[], x: (second: number) => number): string {
  const changes = heights.flatMap((y, n) => (y === heights[n - 1] ? [] : [`H${x(n)}V${y}`]))
  return [...changes, `H${x(heights.length)}`].join('')
}

/** Where it holds without a break: from, and the first second after. */
function stretches(holds: readonly boolean[]): [number, number][] {
  const found: [number, number][] = []
  for (const [n, one] of holds.entries()) {
    const last = found.at(-1)
    if (one && last?.[1] === n) last[1] = n + 1
    else if (one) found.push([n, n + 1])
  }
  return found
}

function gridLine(y: number, label: string): string {
  const text = `<text x="${PLOT.left - 6}" y="${y + 4}" text-anchor="end" fill="#555">${label}</text>`
  return line(PLOT.left, PLOT.left + PLOT.width, y, 'stroke="#ddd"') + text
}

function line(from: number, to: number, y: number, style: string): string {
  return `<path d="M${from} ${y}H${to}" fill="none" ${style}/>`
}

function rect(x: number, y: number, width: number, height: number, color: string): string {
  return `<rect x="${x}" y="${y}" width="${round(width)}" height="${height}" fill="${color}"/>`
}

function niceCeiling(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value))
  return Math.ceil((value * 2) / size) * (size / 2)
}

function sum(seconds: readonly Second[], of: 'delivered' | 'failed'): number {
  return seconds.reduce((total, second) => total + second[of], 0)
}

function thousands(value: number): string {
  return value.toLocaleString('en')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

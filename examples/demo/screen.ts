/** What the demo shows: a bar on a terminal, plain lines otherwise. */
import { Presets, SingleBar } from 'cli-progress'
import pc from 'picocolors'

let steps = 0

export function step(title: string): void {
  steps += 1
  console.log(`\n${pc.bold(`${steps}. ${title}`)}`)
}

export function say(line: string): void {
  console.log(`   ${line}`)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of [head, ...rows]) say(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
}

export interface Progress {
  show(percent: number, message: string): void
  stop(): void
}

export function bar(): Progress {
  if (!process.stdout.isTTY)
    return { show: (percent, message) => say(`${String(Math.round(percent)).padStart(3)} %  ${message}`), stop() {} }
  const single = new SingleBar({ format: '   {bar} {percentage} %  {message}', hideCursor: true }, Presets.shades_classic)
  single.start(100, 0, { message: '' })
  return { show: (percent, message) => single.update(Math.round(percent), { message }), stop: () => single.stop() }
}

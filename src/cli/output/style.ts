/** Colour where it is wanted: on a terminal that can show it, unless NO_COLOR (https://no-color.org) is set. */
import { styleText } from 'node:util'
import type { Sink, World } from '../world/world.ts'

/** What a word means, not which colour it has. */
export type Tone = 'good' | 'bad' | 'waiting' | 'quiet'

const COLORS = { good: 'green', bad: 'red', waiting: 'yellow', quiet: 'gray' } as const

const TONES: Readonly<Record<string, Tone>> = {
  completed: 'good',
  delivered: 'good',
  enabled: 'good',
  ok: 'good',
  failed: 'bad',
  dead: 'bad',
  disabled: 'bad',
  wrong: 'bad',
  running: 'waiting',
  pending: 'waiting',
  canceled: 'quiet',
  skipped: 'quiet',
}

/** Whether the sink can show more than plain text. */
export function isSmart(sink: Sink, env: World['env']): boolean {
  return sink.isTerminal && env.TERM !== 'dumb'
}

/** Colours a text, or gives it back as it is. */
export function painter(sink: Sink, env: World['env']): (tone: Tone, text: string) => string {
  const colored = isSmart(sink, env) && !env.NO_COLOR
  return (tone, text) => (colored ? styleText(COLORS[tone], text, { validateStream: false }) : text)
}

/** The tone of a status, quiet where it has none of its own. */
export function toneOf(status: string): Tone | null {
  return Object.hasOwn(TONES, status) ? (TONES[status] ?? null) : null
}

/** Durations as people write them: `250ms`, `5s`, `10m`, `2h`, `30d`. */

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** For messages about a text that is not one. */
export const DURATION_EXAMPLES = '250ms, 5s, 10m, 2h or 30d'

/** A duration in milliseconds (`1.5h` too, rounded), or undefined for anything else; a bare number has no unit and is refused. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const size = MILLISECONDS[unit ?? '']
  return amount === undefined || size === undefined ? undefined : Math.round(Number(amount) * size)
}

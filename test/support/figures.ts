/** A text of /metrics as a map from a series (`name{label="value"}`, labels as printed) to its value. */
export function figuresOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
}

/** What several processes count together. */
export function addUp(texts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [series, value] of texts.flatMap((figures) => [...figures])) sums.set(series, (sums.get(series) ?? 0) + value)
  return sums
}

/** The series of one name that are not 0, without the name. */
export function seriesOf(figures: ReadonlyMap<string, number>, name: string): Record<string, number> {
  const own = [...figures].filter(([series, value]) => series.replace(/\{.*/, '') === name && value !== 0)
  return Object.fromEntries(own.map(([series, value]) => [series.slice(name.length), value]))
}

import type { Figures, Round } from './compare.ts'

/** Measures each side once a round; every other round in reverse, so that each goes first as often as the last. */
export async function inRounds<Side extends string>(count: number, sides: Record<Side, () => Promise<Figures>>): Promise<Round<Side>[]> {
  const names = Object.keys(sides) as Side[]
  const rounds: Round<Side>[] = []
  for (let number = 0; number < count; number += 1) {
    const round = {} as Round<Side>
    for (const name of number % 2 === 0 ? names : names.toReversed()) round[name] = await sides[name]()
    rounds.push(round)
  }
  return rounds
}

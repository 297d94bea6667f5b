/** One look at a service under the steady load, and pairs of such looks at two services in turns. */
import { figuresOf } from '../../test/support/figures.ts'
import type { Service } from '../../test/support/service.ts'
import type { Side } from './setup.ts'
import type { Sample } from './steady-load.ts'

const SLICE_MS = 500

export interface Measured {
  samples: Sample[]
  /** Longest gap of the service's event loop beyond its timer, milliseconds, as its own /metrics tell it. */
  loopMs: number
}

/** The same load while something is wrong and while nothing is. */
export interface Round {
  beside: Measured
  without: Measured
}

/** @param begin what is done to the service when its figures begin */
export async function measure({ service, load }: Side, ms: number, begin?: () => Promise<void>): Promise<Measured> {
  await longestGap(service)
  await begin?.()
  const samples = await load.run(ms)
  return { samples, loopMs: await longestGap(service) }
}

/** How far apart the timer's ticks are when nothing holds the loop: prom-client's default. */
const RESOLUTION_MS = 10

/** Since it was asked last. */
async function longestGap({ api }: Service): Promise<number> {
  const figures = figuresOf((await api.call('GET', '/metrics')).text)
  return Math.max(0, (figures.get('nodejs_eventloop_lag_max_seconds') ?? Number.NaN) * 1000 - RESOLUTION_MS)
}

export interface TurnOptions {
  beside: Side
  without: Side
  rounds: number
  /** Of half a second, in a round, for each side. */
  slices: number
  /** Stops the one while the other has its turn: for what costs the whole machine something, such as work in the background. */
  oneAtATime?: boolean
}

/** Rounds of slices in turns, so that what disturbs the machine disturbs both alike. */
export async function measureInTurns({ beside, without, rounds, slices, oneAtATime = false }: TurnOptions): Promise<Round[]> {
  const sides = { beside, without }
  const signal = (side: keyof typeof sides, name: NodeJS.Signals) => {
    if (oneAtATime) sides[side].service.signal(name)
  }
  const slice = async (side: keyof typeof sides, other: keyof typeof sides): Promise<Measured> => {
    signal(other, 'SIGSTOP')
    const measured = await measure(sides[side], SLICE_MS)
    signal(other, 'SIGCONT')
    return measured
  }
  const found: Round[] = []
  while (found.length < rounds) {
    const parts: Record<keyof typeof sides, Measured[]> = { beside: [], without: [] }
    for (let n = 0; n < slices; n++) {
      parts.beside.push(await slice('beside', 'without'))
      parts.without.push(await slice('without', 'beside'))
    }
    found.push({ beside: merged(parts.beside), without: merged(parts.without) })
  }
  return found
}

export function merged(parts: readonly Measured[]): Measured {
  return { samples: parts.flatMap(({ samples }) => samples), loopMs: Math.max(...parts.map(({ loopMs }) => loopMs)) }
}

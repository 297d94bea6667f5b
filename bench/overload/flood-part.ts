import { sabotage } from '../../fault/harness/builds.ts'
import { median } from '../compare.ts'
import { BEST, type FloodReport, type FloodRound, runFlood } from './flood.ts'
import { type Part, shown } from './part.ts'

const FIVE_TIMES = 5 * BEST
/** Many more than may wait in line. */
const STAMPEDE = 2_000
const CONTROL = { rounds: 3, roundMs: 1_500, floods: [FIVE_TIMES], preload: [sabotage('no-line')] }
const LEAST_SHARE = 0.8
const LONGEST_REFUSAL_MS = 3_000

export function floodPart(rounds: number): Part {
  return {
    control: 'a build that takes in whatever comes',
    async runControl() {
      const { callbacks } = shares(await runFlood(CONTROL))
      return { says: `callbacks under a 5 × flood at ${percent(callbacks)} of the rate without` }
    },
    about: `${BEST}, ${FIVE_TIMES} and ${STAMPEDE} clients that submit one job after the other, in turns; then kill -9`,
    async run(print) {
      const report = await runFlood({ rounds, roundMs: 3_000, floods: [FIVE_TIMES, STAMPEDE] })
      for (const n of [0, 1, 2]) print(describe(report.rounds.flatMap((round) => round[n] ?? [])))
      const { accepted, callbacks } = shares(report)
      print(`5 × flood: ${percent(accepted)} of the accepted, ${percent(callbacks)} of the callbacks (medians of ${rounds} pairs)`)
      print(`acknowledged ${report.acknowledged}, lost after the kill ${report.lost}`)
      return failuresOf(report)
    },
  }
}

/** What a flood of five times the clients leaves of the rates, medians of the pairs of rounds. */
function shares({ rounds }: FloodReport): { accepted: number; callbacks: number } {
  const of = (rate: 'accepted' | 'callbacks') => median(rounds.map(([best, flood]) => (flood?.[rate] ?? 0) / (best?.[rate] ?? 0)))
  return { accepted: of('accepted'), callbacks: of('callbacks') }
}

function failuresOf(report: FloodReport): string[] {
  const { accepted, callbacks } = shares(report)
  const all = report.rounds.flat()
  const stampede = all.filter(({ connections }) => connections === STAMPEDE)
  return [
    ...(accepted < LEAST_SHARE ? [`only ${percent(accepted)} of what is accepted without a flood`] : []),
    ...(callbacks < LEAST_SHARE ? [`only ${percent(callbacks)} of the callbacks without a flood`] : []),
    ...(stampede.some((round) => refused(round) === 0) ? ['nothing was refused in a stampede'] : []),
    ...(Math.max(...all.map(refusalP99)) > LONGEST_REFUSAL_MS ? ['a refusal came late'] : []),
    ...manners(all),
    ...(report.lost > 0 ? [`${report.lost} acknowledged jobs lost`] : []),
  ]
}

/** Whatever is not accepted is told so, and when to come back. */
export function manners(rounds: readonly FloodRound[]): string[] {
  const clients = rounds.flatMap((round) => round.clients)
  const rude = clients.find((one) => one.rude > 0)
  const broken = clients.reduce((sum, one) => sum + one.broken, 0)
  return [...(rude ? [`refused with: ${rude.example}`] : []), ...(broken > 0 ? [`${broken} connections broken`] : [])]
}

function describe(rounds: readonly FloodRound[]): string {
  const of = (figure: (round: FloodRound) => number) => median(rounds.map(figure))
  const p99s = `callback p99 ${shown(of((round) => round.callbackP99))}`
  const refusals = `refused ${of(refused).toFixed(0)} (p99 ${shown(of(refusalP99))})`
  const rates = `accepted ${of((round) => round.accepted).toFixed(0)}/s, callbacks ${of((round) => round.callbacks).toFixed(0)}/s`
  return `${String(rounds[0]?.connections).padStart(5)} clients: ${rates}, ${p99s}, ${refusals} in a round`
}

function refused({ clients }: FloodRound): number {
  return clients.flatMap((one) => Object.values(one.refused)).reduce((sum, count) => sum + count, 0)
}

function refusalP99({ clients }: FloodRound): number {
  return Math.max(0, ...clients.map((one) => one.refusalP99).filter(Number.isFinite))
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}

import { sabotage } from '../../fault/harness/builds.ts'
import { median } from '../compare.ts'
import { type NoisyReport, runNoisy } from './noisy.ts'
import { type Part, shown } from './part.ts'

/** Quiet tenants beside the noisy one (docs/guarantees.md, W2). */
const QUIET = 99
const ROUND = { quiet: QUIET, ms: 5_000, warmUpMs: 1_000 }
const LIMITS = { submits_per_minute: 600, pending_jobs: 100 }
/** How much later the quiet ones may be, milliseconds: the noisy one has the machine's time while nobody else wants it. */
const MOST_LATER = { accepted: 50, callback: 150 }

interface Triple {
  alone: NoisyReport
  unlimited: NoisyReport
  limited: NoisyReport
}

export function noisyPart(rounds: number): Part {
  return {
    control: 'a build in which a tenant keeps its turn for as long as it has work',
    async runControl() {
      const { callbackP99 } = await runNoisy({ ...ROUND, ms: 1_500, noisy: {}, preload: [sabotage('no-turns')] })
      return { says: `callbacks of quiet tenants came after ${shown(callbackP99)}` }
    },
    about: `one tenant floods over 320 connections, without limits and with; ${QUIET} others submit once a second each`,
    async run(print) {
      const triples: Triple[] = []
      while (triples.length < rounds) {
        triples.push({
          alone: await runNoisy({ ...ROUND, noisy: null }),
          unlimited: await runNoisy({ ...ROUND, noisy: {} }),
          limited: await runNoisy({ ...ROUND, noisy: LIMITS }),
        })
      }
      for (const kind of ['alone', 'unlimited', 'limited'] as const) print(describe(kind, triples))
      print(
        `the noisy one's last refusal: ${triples
          .at(-1)
          ?.limited.noisy?.example?.match(/^(HTTP.*|retry-after.*|ratelimit.*)$/gim)
          ?.join(' · ')}`,
      )
      return [...later('unlimited', triples), ...later('limited', triples), ...triples.flatMap(unfair)]
    },
  }
}

function describe(kind: keyof Triple, triples: readonly Triple[]): string {
  const of = (figure: 'acceptedP99' | 'callbackP99') => shown(median(triples.map((triple) => triple[kind][figure])))
  const flood = triples.map((triple) => triple[kind].noisy?.accepted ?? 0)
  const quiet = `submit → 202 ${of('acceptedP99')}, submit → callback ${of('callbackP99')}`
  return `${kind.padEnd(9)} quiet p99: ${quiet}; noisy accepted ${median(flood)}`
}

function later(kind: 'unlimited' | 'limited', triples: readonly Triple[]): string[] {
  const of = (figure: 'acceptedP99' | 'callbackP99') => median(triples.map((triple) => triple[kind][figure] - triple.alone[figure]))
  return [
    ...(of('acceptedP99') > MOST_LATER.accepted ? [`beside a noisy tenant (${kind}) a 202 comes ${shown(of('acceptedP99'))} later`] : []),
    ...(of('callbackP99') > MOST_LATER.callback
      ? [`beside a noisy tenant (${kind}) a callback comes ${shown(of('callbackP99'))} later`]
      : []),
  ]
}

/** Nobody quiet is turned away; the noisy one is, with the fields that say why. */
function unfair({ unlimited, limited }: Omit<Triple, 'alone'>): string[] {
  const head = limited.noisy?.example ?? ''
  const fields = /^HTTP\/1.1 429 /.test(head) && /\r\nratelimit: "/i.test(head) && /\r\nratelimit-policy: "/i.test(head)
  return [
    ...(unlimited.turnedAway + limited.turnedAway > 0 ? [`${unlimited.turnedAway + limited.turnedAway} quiet submits turned away`] : []),
    ...(fields ? [] : [`no 429 with the RateLimit fields: ${head}`]),
    ...(unlimited.noisy?.rude || limited.noisy?.rude ? ['a refusal without Retry-After'] : []),
  ]
}

import { sabotage } from '../../fault/harness/builds.ts'
import { type LargeReport, runLarge } from './large.ts'
import type { Part } from './part.ts'

const MEBIBYTE = 1024 ** 2
/**
 * With the default settings: what it has when idle, 16 results of 16 MiB under way, in four copies each, and the bounds of
 * `http/admission/admission.ts`.
 */
const MEMORY_BOUND = 1_792 * MEBIBYTE
const BOUND = `the bound is ${MEMORY_BOUND / MEBIBYTE} MiB`
const CLIENTS = { connections: 1_000, readers: 64, ms: 4_000 }

export function largePart(): Part {
  return {
    control: 'a build that keeps as many bodies and unread answers as there are',
    async runControl() {
      const report = await runLarge({ ...CLIENTS, preload: [sabotage('no-body-bound')] })
      return { says: `${describe(report)}, ${BOUND}` }
    },
    about:
      `${CLIENTS.connections} clients submit 1 MiB, ` +
      `${CLIENTS.readers} read results of 16 MiB, ${CLIENTS.readers} more never read them`,
    async run(print) {
      const report = await runLarge({ ...CLIENTS, ms: 10_000 })
      print(`${describe(report)}, ${BOUND}`)
      const { accepted, late, refused, broken } = report.clients
      print(
        `accepted ${accepted + late}, refused ${JSON.stringify(refused)}, ` +
          `connections closed after a refusal ${broken}, results read ${report.read}`,
      )
      return failuresOf(report)
    },
  }
}

function describe({ before, peak }: LargeReport): string {
  return `memory ${(before / MEBIBYTE).toFixed(0)} MiB before, ${(peak / MEBIBYTE).toFixed(0)} MiB at most`
}

function failuresOf({ peak, read, clients }: LargeReport): string[] {
  return [
    ...(peak > MEMORY_BOUND ? ['more memory than the bound'] : []),
    ...(read === 0 ? ['no result could be read'] : []),
    ...(clients.accepted + clients.late === 0 ? ['no job was accepted'] : []),
    ...(clients.refused[503] ? [] : ['nobody was answered 503: there was room for all']),
    ...(clients.rude > 0 ? [`refused with: ${clients.example}`] : []),
  ]
}

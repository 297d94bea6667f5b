/** What of a round through the page is a fault, and its lines. Pure. */
import type { PageReport } from './page-round.ts'

/** What is wrong with a round, a line each; none = what was shown was moved, but for what is told, and each came once. */
export function failuresOfPage(report: PageReport, count: number): string[] {
  const { previewed, discarded, died, told, repeated, missing, unselected, diedSent, delivered, dead, open, gaps, integrity } = report
  const left = told.skipped + told.noLongerDead
  return [
    previewed === count ? null : `the page counted ${previewed} of ${count}`,
    told.moved === previewed - discarded ? null : `${told.moved} moved of ${previewed} shown, ${discarded} of them discarded since`,
    left === discarded ? null : `${left} were told to be left out, ${discarded} were`,
    told.diedSince === died ? null : `${told.diedSince} were told to have died since, ${died} had`,
    diedSent === 0 ? null : `${diedSent} that died after the preview were sent again`,
    repeated === 0 ? null : `${repeated} webhook-ids came more than once`,
    missing === 0 ? null : `${missing} webhook-ids never came`,
    unselected === 0 ? null : `${unselected} came that were discarded`,
    delivered === told.moved && dead === died ? null : `${delivered} are delivered and ${dead} dead at the end`,
    open === 0 ? null : `${open} are still open`,
    gaps === 0 ? null : `${gaps} attempt logs have gaps`,
    integrity === 'ok' ? null : `integrity_check: ${integrity}`,
  ].filter((failure) => failure !== null)
}

/** The figures of a round as lines to print. */
export function describePage(report: PageReport): string[] {
  const { previewed, discarded, died, told, presses, once, repeated, submitted, refused, replayMs, deliveredMs } = report
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  return [
    `shown         ${previewed}; since then ${discarded} discarded, ${died} died`,
    `told          ${told.moved} moved, ${told.skipped} skipped, ${told.noLongerDead} no longer dead, ${told.diedSince} died since`,
    `presses       ${presses}, ${seconds(replayMs)}`,
    `arrived       ${once} once, ${repeated} more than once, in ${seconds(deliveredMs)}`,
    `meanwhile     ${submitted} jobs submitted, ${refused} refusals`,
  ]
}

/**
 * `npm run fault -- dead-letters`: two operators replay the dead-letter queue by filter at once, then one through the page, what was shown
 * there and nothing else. First on builds that must fail.
 */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { describeSight } from '../../harness/control.ts'
import { conclude } from '../../harness/report.ts'
import { type PageReport, runThroughPage } from './page-round.ts'
import { describePage, failuresOfPage } from './page-verdict.ts'
import { type DeadLettersReport, runDeadLetters } from './replay-round.ts'

const NO_VERSION_GUARD = sabotage('no-version-guard')
const REPLAYS_SINCE = sabotage('replays-what-died-since')
const CONTROL_COUNT = 2_000
const CONTROL_PATIENCE_MS = 2_000
const PATIENCE_MS = 20_000

/** The same round on a build that writes a delivery whatever its version: dead letters must be seen moved twice. */
export function runControl(count = CONTROL_COUNT): Promise<DeadLettersReport> {
  return runDeadLetters({ count, patienceMs: CONTROL_PATIENCE_MS, preload: [NO_VERSION_GUARD] })
}

/** A round on the real build. */
export function runReplay(count: number): Promise<DeadLettersReport> {
  return runDeadLetters({ count, patienceMs: PATIENCE_MS })
}

/** A round through the page on a build that takes in what has died since: it must be seen. */
export function runPageControl(count = CONTROL_COUNT): Promise<PageReport> {
  return runThroughPage({ count, patienceMs: CONTROL_PATIENCE_MS, preload: [REPLAYS_SINCE] })
}

/** A round through the page on the real build. */
export function runPage(count: number): Promise<PageReport> {
  return runThroughPage({ count, patienceMs: PATIENCE_MS })
}

/** What is wrong with a round, a line each; none = every selected dead letter was moved once and no other. */
export function failuresOf(report: DeadLettersReport): string[] {
  const { selected, left, moved, repeated, missing, unselected, summarized, delivered, dead, open, gaps, integrity } = report
  return [
    summarized === selected ? null : `the summary counted ${summarized} of ${selected} selected`,
    moved === selected ? null : `the operators were told ${moved} moved of ${selected} selected`,
    repeated === 0 ? null : `${repeated} webhook-ids came more than once`,
    missing === 0 ? null : `${missing} webhook-ids never came`,
    unselected === 0 ? null : `${unselected} came that were not selected`,
    delivered === selected && dead === left ? null : `${delivered} are delivered and ${dead} dead at the end, not ${selected} and ${left}`,
    open === 0 ? null : `${open} are still open`,
    gaps === 0 ? null : `${gaps} attempt logs have gaps`,
    integrity === 'ok' ? null : `integrity_check: ${integrity}`,
  ].filter((failure) => failure !== null)
}

/** True when the control failed as it must and the real build held. Leaves the folder of a round that went wrong. */
export async function deadLetters({ count, print, record }: { count: number } & Output): Promise<boolean> {
  print(`control: ${CONTROL_COUNT} dead letters on a build without the version guard of a delivery`)
  const control = await runControl()
  const seen = control.moved > control.selected || control.repeated > 0
  print(`  moved ${control.moved} of ${control.selected} selected, ${control.repeated} came again: ${describeSight(seen)}`)
  if (!seen) {
    print(`  data: ${control.folder}`)
    return false
  }
  await removeFolder(control.folder)

  print(`control: ${CONTROL_COUNT} dead letters through the page of a build that takes in what died after the preview`)
  const pageControl = await runPageControl()
  print(`  ${pageControl.diedSent} that died since were sent again: ${describeSight(pageControl.diedSent > 0)}`)
  if (pageControl.diedSent === 0) {
    print(`  data: ${pageControl.folder}`)
    return false
  }
  await removeFolder(pageControl.folder)

  print(`${count} dead letters, laid through the store; two operators press at once while clients submit`)
  const report = await runReplay(count)
  for (const line of describe(report)) print(`  ${line}`)
  const failures = failuresOf(report)
  for (const failure of failures) print(`  BREACH        ${failure}`)

  print(`${count} dead letters through the page: what it has shown is confirmed after some were discarded and others died`)
  const page = await runPage(count)
  for (const line of describePage(page)) print(`  ${line}`)
  const pageFailures = failuresOfPage(page, count)
  for (const failure of pageFailures) print(`  BREACH        ${failure}`)
  record(
    {
      'dead deliveries': count,
      'selected by two operators at once': report.selected,
      moved: report.moved,
      'arrived once': report.once,
      'busiest second': report.peak,
      'jobs submitted meanwhile': report.submitted,
      'shown by the page before the replay': page.previewed,
      'of these discarded before the confirmation, and others that died': `${page.discarded}, ${page.died}`,
      'moved through the page': page.told.moved,
      'of these arrived once': page.once,
      'sent again of those that died after the preview': page.diedSent,
      'jobs submitted during the replay through the page': page.submitted,
    },
    { cases: `${report.selected.toLocaleString('en')} replayed by two operators`, lost: String(report.missing + page.missing) },
  )
  if (pageFailures.length === 0) await removeFolder(page.folder)
  else print(`  data: ${page.folder}`)
  const held = failures.length === 0 && pageFailures.length === 0
  return conclude(held, report.folder, print, 'data')
}

function describe(report: DeadLettersReport): string[] {
  const { selected, left, moved, movedEach, once, repeated, peak, submitted, refused } = report
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  return [
    `selected      ${selected} by destination and reason, ${left} left alone; summary in ${report.summaryMs.toFixed(0)} ms`,
    `moved         ${moved} (${movedEach.join(' + ')}) in ${seconds(report.replayMs)}`,
    `arrived       ${once} once, ${repeated} more than once, in ${seconds(report.deliveredMs)}; ${peak} in the busiest second`,
    `meanwhile     ${submitted} jobs submitted, ${refused} refusals`,
  ]
}

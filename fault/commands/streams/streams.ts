/** `npm run fault -- streams`: live streams over kills, stops and cuts, and clients that linger. First on builds that must fail. */
import { removeFolder } from '../../../test/support/service.ts'
import { sabotage } from '../../harness/builds.ts'
import type { Output } from '../../harness/command.ts'
import { type Control, describeSight, runUntilMet } from '../../harness/control.ts'
import { conclude } from '../../harness/report.ts'
import { LINGERING, type LingeringKind } from './lingering-clients.ts'
import { type RunOptions, type RunReport, runStreams } from './run.ts'
import { failuresOfStreams, faultsOfReaders } from './verdict.ts'

const KINDS = Object.keys(LINGERING) as LingeringKind[]
/** Of the controls: among so many jobs is one whose number ends on 00, and it is not the last. */
const CONTROL = { readers: 6, jobs: 120, kills: 0, stops: 0, cuts: 0 }
/** Clients that do not read are let go of after ten seconds; a build that keeps them keeps them longer. Milliseconds. */
const CONTROL_PATIENCE_MS = 30_000
const SHOWN_FAILURES = 10

/** What the command is told. */
export type StreamsOptions = Required<Pick<RunOptions, 'readers' | 'jobs' | 'kills' | 'stops' | 'cuts' | 'seed' | 'redis' | 'postgres'>>

/** A build that leaves out an event: the verdict must see that readers miss it. */
export function runSkipping(seed: number): Promise<Control<RunReport>> {
  return runOnEvents('skips-events', seed, (report) => faultsOfReaders(report.feed, report.readers).missed > 0)
}

/** A build that tells an event twice: the verdict must see it. */
export function runRepeating(seed: number): Promise<Control<RunReport>> {
  return runOnEvents('repeats-events', seed, (report) => faultsOfReaders(report.feed, report.readers).doubled > 0)
}

/** A build that keeps clients which do not read: the verdict must see that they stay. */
export function runKeeping(seed: number): Promise<Control<RunReport>> {
  const unread = KINDS.filter((kind) => !LINGERING[kind].reads)
  return runUntilMet({
    run: (n) =>
      runStreams({
        ...CONTROL,
        readers: 1,
        seed: seed + n,
        lingering: unread,
        patienceMs: CONTROL_PATIENCE_MS,
        preload: [sabotage('never-stalled')],
      }),
    met: () => true,
    seen: ({ staying }) => staying.length === unread.length,
  })
}

function runOnEvents(name: string, seed: number, seen: (report: RunReport) => boolean): Promise<Control<RunReport>> {
  return runUntilMet({
    run: (n) => runStreams({ ...CONTROL, seed: seed + n, lingering: [], preload: [sabotage(name)] }),
    // The job by whose number it goes wrong is among them.
    met: ({ acknowledged }) => acknowledged === CONTROL.jobs,
    seen,
  })
}

/** True when the controls failed as they must and the real build held. Leaves the data of a run that went wrong. */
export async function streams({ print, record, ...options }: StreamsOptions & Output): Promise<boolean> {
  const controls = [
    ['leaves out an event in a hundred', runSkipping],
    ['tells an event in a hundred twice', runRepeating],
    ['keeps clients that do not read', runKeeping],
  ] as const
  for (const [what, run] of controls) {
    print(`control: a build that ${what} (seed ${options.seed})`)
    const { report, sight } = await run(options.seed)
    print(`  ${failuresOfStreams(report)[0] ?? 'nothing found'}: ${describeSight(sight)}`)
    if (sight !== 'seen') return conclude(false, report.folder, print, 'data')
    await removeFolder(report.folder)
  }

  const { readers, jobs, kills, stops, cuts, seed } = options
  print(`${readers} readers and ${jobs} jobs; ${kills} kills, ${stops} stops and ${cuts} cuts (seed ${seed})`)
  const onFault = (count: number) => {
    if (count % 10 === 0) print(`  ${count} faults`)
  }
  const report = await runStreams({ ...options, lingering: KINDS, onFault })
  const failures = failuresOfStreams(report)
  if (report.exitCode !== 0) failures.push(`the orderly stop at the end exited with ${report.exitCode}`)
  for (const line of describeRun(report)) print(`  ${line}`)
  for (const failure of failures.slice(0, SHOWN_FAILURES)) print(`  BREACH                ${failure}`)
  const { missed, doubled, disordered, repeated } = faultsOfReaders(report.feed, report.readers)
  record(
    {
      'readers of the feed': report.readers.length,
      'events in the feed': report.feed.length,
      'events received': eventsIn(report),
      'streams and sockets they needed': report.readers.reduce((sum, one) => sum + one.streams.length, 0),
      'kills, stops, and connections cut': `${kills}, ${stops} and ${report.cut.toLocaleString('en')}`,
      'events missed': missed,
      'events doubled on a stream': doubled,
      'events again on a later stream': repeated,
      'events out of order': disordered,
      'job streams, each ended with its job': report.watchers.length,
      'longest hold of a client that does not read': shownMs(longest(report, (kind) => !LINGERING[kind].reads)),
      'longest hold of a half-closed client': shownMs(longest(report, (kind) => kind.startsWith('half-closes'))),
      'longest hold of a silent socket': shownMs(report.heldMs['never answers a ping'] ?? Number.POSITIVE_INFINITY),
    },
    { cases: `${report.readers.length} readers, ${eventsIn(report).toLocaleString('en')} events`, lost: String(missed) },
  )
  return conclude(failures.length === 0 && report.acknowledged === jobs, report.folder, print, 'data')
}

function describeRun(report: RunReport): string[] {
  const { missed, doubled, repeated, disordered, altered, refused } = faultsOfReaders(report.feed, report.readers)
  const connections = [...report.readers, ...report.watchers].reduce((sum, { streams: own }) => sum + own.length, 0)
  const held = Object.entries(report.heldMs).map(([kind, ms]) => `who ${kind} ${shownMs(ms)}`)
  return [
    `jobs                  ${report.acknowledged} acknowledged, ${report.feed.length} events in the feed`,
    `connections           ${connections}, ${report.cut} cut by the proxy`,
    `events received       ${eventsIn(report)} by ${report.readers.length} readers`,
    `missed                ${missed}`,
    `doubled               ${doubled} on one stream, ${repeated} again on a later one`,
    `out of order          ${disordered}; altered ${altered}; refused ${refused}`,
    `job streams           ${report.watchers.length}`,
    `let go of             ${held.join(', ')}`,
    `left open             ${report.leftOpen}`,
  ]
}

function eventsIn({ readers }: RunReport): number {
  return readers.reduce((sum, { streams: own }) => sum + own.flat().length, 0)
}

function longest({ heldMs, staying }: RunReport, fits: (kind: LingeringKind) => boolean): number {
  return staying.some((kind) => fits(kind as LingeringKind))
    ? Number.POSITIVE_INFINITY
    : Math.max(...KINDS.filter(fits).map((kind) => heldMs[kind] ?? 0))
}

function shownMs(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : 'for good'
}

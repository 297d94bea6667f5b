/** What live streams cost, from what was measured. Pure. */
import { columns, percentiles } from '../compare.ts'

/** Bytes of memory that an idle stream or socket may cost. */
export const MOST_BYTES = 32 * 1024

/** Milliseconds. */
export interface Latency {
  p50: number
  p99: number
}

/** What idle connections cost. */
export interface IdleStreams {
  streams: number
  sockets: number
  tenants: number
  /** Resident memory of the service for each of them, garbage collected. */
  bytesEach: number
  /** From the first byte of a request to the first news. */
  connect: { stream: Latency; socket: Latency }
  /** CPU seconds in a minute: with all of them, and with none. */
  cpuAMinute: { beside: number; without: number }
}

/** What a load of jobs and those who watch it cost each other. */
export interface WatchedLoad {
  watchers: number
  /** 202s a second that were asked for, and that came. */
  asked: number
  perSecond: number
  /** From the commit of a job's end to the frame that tells it, by what tells it. */
  toFrame: { job: Latency; feed: Latency }
  /** Frames that these stand for. */
  frames: { job: number; feed: number }
  /** From a submit to its 202. */
  submit: { beside: Latency; without: Latency }
}

/** All of it. */
export interface StreamsFigures {
  idle: IdleStreams
  load: WatchedLoad
}

/** A frame, and when it had come; milliseconds of the machine's clock. */
export interface SeenFrame {
  jobId: string
  at: number
}

/** From each commit to its frames. A frame of a commit that nobody noted is left out. */
export function toFrame(commits: ReadonlyMap<string, number>, frames: readonly SeenFrame[]): { latency: Latency; frames: number } {
  const times = frames.flatMap(({ jobId, at }) => {
    const committed = commits.get(jobId)
    return committed === undefined ? [] : [Math.max(0, at - committed)]
  })
  return { latency: percentiles(times), frames: times.length }
}

/** The figures as lines to print. */
export function streamsTable({ idle, load }: StreamsFigures): string {
  const ms = ({ p50, p99 }: Latency) => [p50.toFixed(1), p99.toFixed(1)]
  const rows = [
    ['', 'p50 ms', 'p99 ms'],
    ['open an idle job stream', ...ms(idle.connect.stream)],
    ['open an idle socket', ...ms(idle.connect.socket)],
    ['commit to frame, job streams', ...ms(load.toFrame.job)],
    ['commit to frame, feed', ...ms(load.toFrame.feed)],
    ['submit to 202, beside watchers', ...ms(load.submit.beside)],
    ['submit to 202, without', ...ms(load.submit.without)],
  ]
  const { beside, without } = idle.cpuAMinute
  return [
    columns(rows, 1),
    `${idle.streams} job streams and ${idle.sockets} sockets of ${idle.tenants} tenants: ${Math.round(idle.bytesEach)} bytes each ` +
      `(at most ${MOST_BYTES}), ${beside.toFixed(2)} s of CPU in an idle minute (${without.toFixed(2)} without them)`,
    `${Math.round(load.perSecond)} jobs a second of ${load.asked}, ${load.watchers} watchers; ` +
      `${load.frames.job} frames of jobs, ${load.frames.feed} of the feed`,
  ].join('\n')
}

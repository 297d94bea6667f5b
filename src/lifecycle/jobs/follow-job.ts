import { isEnd, isOlder, type JobNews, type JobState, newsOf } from '../../domain/job-news.ts'
import type { JobSnapshot, JobWatches } from './job-watches.ts'

/** Where news of a job go. */
export interface JobSink {
  /** Whether nothing more can be taken now: progress that is overtaken meanwhile is left out. */
  readonly full: boolean
  news(news: JobNews, snapshot: JobSnapshot): void
  /** That was the last news. */
  ended(): void
}

/** Something that is followed live. */
export interface Following {
  /** There is room again. */
  resume(): void
  /** Called now and then with the monotonic time. */
  check(now: number): void
  stop(): void
}

/**
 * Tells every change of a job to its end, beginning with what has changed between `seen` (null: nothing was seen) and `first`, at once.
 * What happens while the sink is full is told as it is once there is room.
 */
export function followJob(watches: JobWatches, { first, seen }: { first: JobSnapshot; seen: JobState | null }, sink: JobSink): Following {
  let latest = first
  let known = seen
  let over = false
  let unwatch = () => {}

  function end(): void {
    over = true
    unwatch()
    sink.ended()
  }

  function tell(): void {
    if (over || sink.full) return
    const news = newsOf(known, latest.state)
    if (news === null) return
    known = latest.state
    sink.news(news, latest)
    if (isEnd(news)) end()
  }

  tell()
  if (!over) {
    unwatch = watches.watch(first.view.job.id, {
      hear(snapshot) {
        // A look that began before ours may end after it.
        if (!isOlder(snapshot.view, latest.view)) latest = snapshot
        tell()
      },
      lose() {
        if (!over) end()
      },
    })
  }
  return {
    resume: tell,
    check() {},
    stop() {
      over = true
      unwatch()
    },
  }
}

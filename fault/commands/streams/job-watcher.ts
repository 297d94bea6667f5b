/** A watcher of one job's stream, which goes on from its last frame until the service says that nothing follows. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isTerminal } from '../../harness/history.ts'
import { isPassing, openSse } from './sse-connection.ts'
import type { JobFrame, JobRecord } from './verdict.ts'

/** Between two connections, milliseconds. */
const RETRY_MS = 20

/** A watcher, and when it is done. */
export interface JobWatcher {
  readonly record: JobRecord
  isDone(): boolean
  /** Settles when nothing of it is left. */
  close(): Promise<void>
}

/** @param port where it connects, whatever happens to the service */
export function watchJob(port: number, id: string): JobWatcher {
  const record: JobRecord = { id, streams: [], over: false, refused: [] }
  let lastId: string | null = null
  let isDone = false
  let close = () => {}

  /** Whether nothing follows. */
  async function readOne(): Promise<boolean> {
    const stream = await openSse(port, `/v1/jobs/${id}/events`, lastId)
    close = stream.close
    if (stream.status === 204) {
      record.over = true
      return true
    }
    if (isPassing(stream.status)) return false
    if (stream.status !== 200) {
      record.refused.push(String(stream.status))
      return true
    }
    const frames: JobFrame[] = []
    record.streams.push(frames)
    for await (const { event, id: named, data } of stream.frames()) {
      lastId = named
      const { status, attempt } = JSON.parse(data)
      // Progress tells nothing of the status.
      if (event !== 'progress') frames.push({ event, status, attempt })
    }
    // It was ended in order: behind the end of the job, or because the service stops.
    record.over = isTerminal(frames.at(-1)?.status ?? null)
    return record.over
  }

  const loop = async () => {
    while (!isDone) {
      isDone ||= await readOne().catch(() => false)
      close()
      if (!isDone) await sleep(RETRY_MS)
    }
  }
  const done = loop()
  return {
    record,
    isDone: () => isDone,
    async close() {
      isDone = true
      close()
      await done
    },
  }
}

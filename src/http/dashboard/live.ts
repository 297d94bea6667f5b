/** Live streams of pages: they say what kind of record has changed, at most once a second, and the page reads itself again. */
import { ProblemError } from '../../domain/errors.ts'
import type { Context } from '../../lifecycle/process/context.ts'
import type { BusMessage } from '../../ports/bus.ts'
import { PAGE_HEADERS } from './pages/respond.ts'
import type { Viewer } from './session/viewer.ts'

const TICK_MS = 1000
/** So often a stream asks whether its session lasts, and sends a comment that keeps it alive. In ticks. */
const CHECK_EVERY = 5
const MOST_STREAMS = 1000
const MOST_OF_A_TENANT = 100

/** The live streams of one process. */
export interface LiveStreams {
  /** A stream for this viewer, until their session is over (`viewerNow` gives null), they are gone, or the process stops. */
  open(viewer: Viewer, viewerNow: () => Promise<Viewer | null>, signal: AbortSignal): Response
}

/** @param stopping true once the process has begun to stop */
export function createLiveStreams({ clock, pubSub }: Pick<Context, 'clock' | 'pubSub'>, stopping: () => boolean): LiveStreams {
  const open = new Map<object, string>()

  function refuseTooMany(tenantId: string): void {
    const ofTenant = [...open.values()].filter((id) => id === tenantId).length
    if (ofTenant >= MOST_OF_A_TENANT) throw new ProblemError('rate_limited', 'Too many live pages are open.', { retryAfterSeconds: 5 })
    if (open.size >= MOST_STREAMS) throw new ProblemError('overloaded', 'Too many live pages are open.', { retryAfterSeconds: 5 })
  }

  return {
    open({ tenantId, reader }, viewerNow, signal) {
      refuseTooMany(tenantId)
      const encoder = new TextEncoder()
      const changed = new Set<BusMessage['kind']>()
      const place = {}
      let end = () => {}
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            let ticks = 0
            let cancelTick = () => {}
            const send = (text: string) => controller.enqueue(encoder.encode(text))
            const unsubscribe = pubSub.subscribe((message) => {
              if (message.kind === 'job_type' || reader.tenantId === null || reader.tenantId === message.tenantId) changed.add(message.kind)
            })
            let isOver = false
            end = () => {
              if (isOver) return
              isOver = true
              open.delete(place)
              unsubscribe()
              cancelTick()
              signal.removeEventListener('abort', end)
              try {
                controller.close()
              } catch {
                // The reader has canceled it.
              }
            }
            const tick = async () => {
              ticks += 1
              const isDue = ticks % CHECK_EVERY === 0
              const lasts = !stopping() && (!(isDue || changed.has('api_key')) || (await viewerNow().catch(() => null)) !== null)
              if (isOver) return
              if (!lasts) return end()
              // A reader that does not keep up is told later, once for all that changed meanwhile.
              if ((controller.desiredSize ?? 0) > 0) {
                if (changed.size > 0) send(`event: changed\ndata: ${[...changed].join(' ')}\n\n`)
                else if (isDue) send(':\n\n')
                changed.clear()
              }
              cancelTick = clock.after(TICK_MS, tick)
            }
            open.set(place, tenantId)
            signal.addEventListener('abort', end)
            send('retry: 2000\n\n')
            cancelTick = clock.after(TICK_MS, tick)
          },
          cancel: () => end(),
        },
        { highWaterMark: 4 },
      )
      const headers = { ...PAGE_HEADERS, 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' }
      return new Response(body, { headers: { ...headers, 'content-type': 'text/event-stream' } })
    },
  }
}

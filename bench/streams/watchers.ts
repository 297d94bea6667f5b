/** A process that watches: some follow one job after the other to its end, some the feed. It notes when each end was told. */
import { type IncomingMessage, request } from 'node:http'
import { Pool } from 'undici'
import { answerParent } from '../child.ts'
import { machineTime } from '../clock.ts'
import type { SeenFrame } from './figures.ts'

export interface WatchersOrder {
  port: number
  key: string
  /** Followers of jobs, each of which submits its own. */
  jobs: number
  /** Readers of the feed. */
  feeds: number
  ms: number
}

export interface WatchersReport {
  job: SeenFrame[]
  feed: SeenFrame[]
}

/** A watched job begins so long after its submit, so that its stream is there before it ends. */
const DELAY_MS = 400

answerParent(async ({ port, key, jobs, feeds, ms }: WatchersOrder): Promise<WatchersReport> => {
  const report: WatchersReport = { job: [], feed: [] }
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 })
  const until = performance.now() + ms
  const open: IncomingMessage[] = []
  for (let n = 0; n < feeds; n += 1) {
    const stream = await openStream(port, key, '/v1/events/stream')
    open.push(stream)
    onFrames(stream, (frame, at) => {
      const jobId = /^data: \{"id":"[^"]*","job_id":"([^"]+)"/m.exec(frame)?.[1]
      if (jobId !== undefined) report.feed.push({ jobId, at })
    })
  }
  const follow = async () => {
    while (performance.now() < until) {
      const jobId = await submit(pool, key)
      const stream = await openStream(port, key, `/v1/jobs/${jobId}/events`)
      onFrames(stream, (frame, at) => {
        if (/^event: completed$/m.test(frame)) report.job.push({ jobId, at })
      })
      await new Promise((resolve) => stream.once('end', resolve))
    }
  }
  await Promise.all(Array.from({ length: jobs }, follow))
  for (const stream of open) stream.destroy()
  await pool.close()
  return report
})

async function submit(pool: Pool, key: string): Promise<string> {
  const run_at = new Date(Date.now() + DELAY_MS).toISOString()
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/v1/jobs',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'bench.noop', payload: {}, run_at }),
  })
  const text = await body.text()
  if (statusCode !== 202) throw new Error(`a submit was answered ${statusCode}: ${text}`)
  return JSON.parse(text).id
}

function openStream(port: number, key: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${key}` }, agent: false }, (response) => {
      if (response.statusCode === 200) resolve(response.setEncoding('utf8').on('error', () => {}))
      else reject(new Error(`a stream was answered ${response.statusCode}`))
    })
      .on('error', reject)
      .end()
  })
}

function onFrames(stream: IncomingMessage, hear: (frame: string, at: number) => void): void {
  let rest = ''
  stream.on('data', (part: string) => {
    const at = machineTime()
    const frames = (rest + part).split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) hear(frame, at)
  })
}

/** Live updates of the real service, whoever runs the job. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { setUp, sharedService } from '../support/e2e.ts'
import { ADMIN_KEY } from '../support/service.ts'
import { openStream } from '../support/sse.ts'
import { ALONE, describeIn, ON_POSTGRES, WITH_TWO_WORKERS, WITH_WORKER } from '../support/topologies.ts'
import { openSocket } from '../support/web-socket.ts'

const KEY = { authorization: `Bearer ${ADMIN_KEY}` }

describeIn([ALONE, WITH_WORKER, WITH_TWO_WORKERS, ON_POSTGRES], 'live updates', (topology) => {
  const running = sharedService(topology)

  it('tell of a job on its stream, on the feed and on a socket what polling tells, as soon as it is so', async () => {
    const { folder, service } = running()
    const { api, url } = service
    const open = join(folder, 'open-live')
    const feed = await openStream(`${url}/v1/events/stream`, KEY)
    const { id } = (await api.submit({ type: 'e2e.gate', payload: { open } })).json
    const stream = await openStream(`${url}/v1/jobs/${id}/events`, KEY)
    const socket = await openSocket(`${url}/v1/ws`, { headers: KEY })
    socket.send({ subscribe: id })
    await api.jobUntil(id, (job) => job.status === 'running')
    await stream.until(({ data }) => JSON.parse(data).status === 'running')
    await writeFile(open, '')
    await stream.untilEnd()
    const ended = (await api.job(id)).json
    expect(stream.frames.at(-1)?.event).toBe('completed')
    expect(JSON.parse(stream.frames.at(-1)?.data ?? '')).toEqual(ended)
    await socket.until(({ type }) => type === 'completed')
    expect(socket.messages.at(-1)).toEqual({ type: 'completed', job: id, data: ended })
    const event = await feed.until(({ data }) => JSON.parse(data).job_id === id)
    expect((await api.call('GET', '/v1/events?limit=100')).text).toContain(event.data)
    feed.close()
    socket.raw.close()
  })

  it('are read by a browser with a token of one job, which stands in no log', async () => {
    const { folder, service, workers } = running()
    const { api } = service
    const open = join(folder, 'open-token')
    const { id } = (await api.submit({ type: 'e2e.gate', payload: { open } })).json
    const { token, stream_url } = (await api.call('POST', `/v1/jobs/${id}/tokens`)).json
    const stream = await openStream(stream_url)
    await stream.count(1)
    await writeFile(open, '')
    await stream.untilEnd()
    expect((await openStream(stream_url, { 'last-event-id': stream.lastId })).status).toBe(204)
    for (const process of [service, ...workers]) expect(process.output()).not.toContain(token)
  })
})

describeIn([ALONE, WITH_WORKER], 'at SIGTERM', (topology) => {
  it('streams and sockets end at once, before the work that is under way', async () => {
    const { start, folder } = await setUp(topology)
    const service = await start({ SHUTDOWN_TIMEOUT: '5s' })
    const { api, url } = service
    const { id } = (await api.submit({ type: 'e2e.gate', payload: { open: join(folder, 'never') } })).json
    const stream = await openStream(`${url}/v1/jobs/${id}/events`, KEY)
    const feed = await openStream(`${url}/v1/events/stream`, KEY)
    const socket = await openSocket(`${url}/v1/ws`, { headers: KEY })
    socket.send({ subscribe: id })
    await stream.count(1)
    await socket.count(1)
    let gone = false
    const exited = service.stop().then((exit) => {
      gone = true
      return exit
    })
    await Promise.all([stream.untilEnd(), feed.untilEnd()])
    expect(await socket.untilClosed()).toBe(1001)
    if (topology === ALONE) expect(gone).toBe(false)
    expect((await exited).code).toBe(0)
  })
})

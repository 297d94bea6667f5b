import { expect, it } from 'vitest'
import { setUp } from '../support/e2e.ts'
import { addUp, figuresOf, seriesOf } from '../support/figures.ts'
import { ALONE, describeIn, ON_POSTGRES, WITH_WORKER } from '../support/topologies.ts'

describeIn([ALONE, WITH_WORKER, ON_POSTGRES], 'the figures of a running service', (topology) => {
  it('equal what was done with its jobs', async () => {
    const { receiver, start, workers } = await setUp(topology)
    const { api } = await start({ CALLBACK_RETRY_SCHEDULE: '20ms,20ms', CALLBACK_RETRY_JITTER: '0', CALLBACK_BREAKER: 'off' })
    receiver.answer((hit) => ({ status: hit.path === '/gone' ? 410 : hit.path === '/dead' ? 503 : 200 }))
    const submit = async (job: object) => {
      const { status, json } = await api.submit(job)
      expect(status).toBe(202)
      return json.id as string
    }
    const each = (count: number, job: object) => Array.from({ length: count }, () => submit(job))

    const run_at = new Date(Date.now() + 3600_000).toISOString()
    const called = [
      ...each(20, { type: 'e2e.echo', payload: 1, callback_url: receiver.url('/ok') }),
      ...each(5, { type: 'e2e.echo', payload: 1, callback_url: receiver.url('/dead') }),
      ...each(3, { type: 'e2e.fail', max_attempts: 1, callback_url: receiver.url('/gone') }),
    ]
    const quiet = each(4, { type: 'e2e.echo', payload: 1, run_at })
    for (const id of await Promise.all(called)) await api.jobUntil(id, (job) => /delivered|dead/.test(job.callback?.status ?? ''))
    for (const id of await Promise.all(quiet)) expect((await api.call('POST', `/v1/jobs/${id}/cancel`)).status).toBe(200)

    const processes = [api, ...workers.map((worker) => worker.api)]
    const count = async () => addUp(await Promise.all(processes.map(async (each) => figuresOf((await each.call('GET', '/metrics')).text))))
    // A process has counted when it knows its commit, which others may read a moment before.
    await expect
      .poll(async () => seriesOf(await count(), 'ringback_callback_attempts_total'), { timeout: 10_000 })
      .toEqual({ '{outcome="2xx"}': 20, '{outcome="4xx"}': 3, '{outcome="5xx"}': 15 })
    const counted = await count()
    const read = (name: string) => seriesOf(counted, `ringback_${name}`)
    expect(read('jobs_submitted_total')).toEqual({ '{type="e2e.echo"}': 29, '{type="e2e.fail"}': 3 })
    expect(read('jobs_ended_total')).toEqual({
      '{type="e2e.echo",status="completed"}': 25,
      '{type="e2e.echo",status="canceled"}': 4,
      '{type="e2e.fail",status="failed"}': 3,
    })
    expect(read('job_run_seconds_count')).toEqual({ '{type="e2e.echo"}': 25, '{type="e2e.fail"}': 3 })
    expect(read('callback_attempt_seconds_count')).toEqual({ '': receiver.hits.length })
    expect(read('dead_letters_total')).toEqual({ '{reason="exhausted"}': 5, '{reason="gone"}': 3 })
    expect((await api.call('GET', '/v1/dead-letters?limit=100')).json.data).toHaveLength(8)
    expect(read('ready')).toEqual({ '': processes.length })
    expect(read('queue_due')).toEqual({})
    expect(read('commit_changes_sum')['']).toBeGreaterThan(32)
    // PostgreSQL keeps a log of its own.
    if (!topology.postgres) expect(counted.get('ringback_store_wal_bytes')).toBeGreaterThan(0)
    expect(counted.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
  })
})

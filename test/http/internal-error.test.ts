import { expect, test } from 'vitest'
import { MARK_AFTER_MS } from '../../src/lifecycle/jobs/run-job.ts'
import { appWorld } from './app-world.ts'

const FAILURE = {
  code: 'handler_failed',
  message: 'The handler failed.',
  retryable: false,
  details: null,
  internal: { name: 'Error', message: 'password=canary', stack: '    at run (job.ts:1:1)' },
}

test('what a plain error said is shown to a key with admin, in the list and the document of the job, and nowhere else', async () => {
  await using a = await appWorld({ handlers: { noop: () => ({ kind: 'failed', failure: FAILURE }) } })
  a.world.work()
  const key = await a.tenantKey()
  const callback_url = 'https://partner.example/hooks'
  const { id } = (await a.ask('POST', '/v1/jobs', { key, body: { type: 'noop', callback_url } })).json
  await a.world.clock.push(MARK_AFTER_MS)
  const { internal, ...told } = FAILURE
  expect((await a.ask('GET', `/v1/jobs/${id}`)).json.error).toEqual(FAILURE)
  expect((await a.ask('GET', '/v1/jobs?tenant=*')).json.data[0].error).toEqual({ ...told, internal })
  expect((await a.ask('GET', `/v1/jobs/${id}`, { key })).json.error).toEqual(told)
  expect((await a.ask('GET', '/v1/jobs', { key })).json.data[0].error).toEqual(told)
  for (const asked of [{ key }, {}]) {
    expect((await a.ask('GET', `/v1/jobs/${id}/result`, asked)).json.error).toEqual(told)
    expect((await a.ask('GET', '/v1/events?tenant=*', asked)).text).not.toContain('canary')
  }
  expect(a.world.sent).toHaveLength(1)
  expect(Buffer.from(a.world.sent[0]?.body ?? []).toString()).not.toContain('canary')
})

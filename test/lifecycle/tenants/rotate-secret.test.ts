import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { JOB_EVENT_TYPES } from '../../../src/domain/job.ts'
import { DEFAULT_TENANT_ID } from '../../../src/domain/tenant.ts'
import { createEndpoint } from '../../../src/lifecycle/endpoints/create-endpoint.ts'
import { rotateSigningSecret, signingSecret } from '../../../src/lifecycle/tenants/signing-secret.ts'
import { until } from '../../support/clock.ts'
import { hook, type TestWorld, testWorld } from '../../support/world.ts'

const HOUR = 3600_000

/** Each kind of owner, with what makes the owner's callback go out. */
const OWNERS = {
  'a tenant': async () => ({ endpointId: null, callback: hook }),
  'an endpoint': async (w: TestWorld) => {
    const about = { tenantId: DEFAULT_TENANT_ID, url: 'https://endpoint.example/', description: null, headers: {} }
    const { endpoint } = await createEndpoint(w, { ...about, events: JOB_EVENT_TYPES })
    return { endpointId: endpoint.id, callback: null }
  },
}

/** Which of the secrets the reference library verifies the newest callback with. */
async function verifying(w: TestWorld, secrets: Record<string, string>): Promise<string[]> {
  const request = w.sent.at(-1)
  if (!request) throw new Error('nothing was sent')
  // The library judges the timestamp by the real clock; ours stands elsewhere, so it signs and we compare.
  const at = new Date(Number(request.headers['webhook-timestamp']) * 1000)
  const entries = (request.headers['webhook-signature'] ?? '').split(' ')
  const body = Buffer.from(request.body).toString()
  const fits = Object.entries(secrets).filter(([, secret]) =>
    entries.includes(new Webhook(secret).sign(request.headers['webhook-id'] ?? '', at, body)),
  )
  expect(entries).toHaveLength(fits.length)
  return fits.map(([name]) => name)
}

describe.each(Object.entries(OWNERS))('the secret of %s', (_name, ownerOf) => {
  it('and the one it replaces both sign while they overlap; then the old one is gone', async () => {
    await using w = await testWorld()
    w.work()
    const { endpointId, callback } = await ownerOf(w)
    const send = async () => {
      const { length } = w.sent
      await w.submit({ callback })
      await until('it went out', () => w.sent.length > length)
    }
    const old = (await signingSecret(w, DEFAULT_TENANT_ID, endpointId)).current.secret
    await send()
    const { current, previous } = await rotateSigningSecret(w, DEFAULT_TENANT_ID, endpointId, HOUR)
    const secrets = { old, fresh: current.secret }
    expect(await verifying(w, secrets)).toEqual(['old'])
    expect(previous).toMatchObject({ secret: old, expiresAt: w.clock.now() + HOUR })
    expect(await signingSecret(w, DEFAULT_TENANT_ID, endpointId)).toEqual({ current, previous })

    await w.clock.push(HOUR - 1)
    await send()
    expect(await verifying(w, secrets)).toEqual(['old', 'fresh'])
    await w.clock.push(1)
    await send()
    expect(await verifying(w, secrets)).toEqual(['fresh'])
    expect(await signingSecret(w, DEFAULT_TENANT_ID, endpointId)).toEqual({ current, previous: null })
  })

  it('is not rotated again while two overlap, not even by two at once', async () => {
    await using w = await testWorld()
    const { endpointId } = await ownerOf(w)
    const rotate = () => rotateSigningSecret(w, DEFAULT_TENANT_ID, endpointId, HOUR)
    const both = await Promise.allSettled([rotate(), rotate()])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(rotate()).rejects.toMatchObject({ code: 'conflict' })
    await w.clock.push(HOUR)
    await expect(rotate()).resolves.toBeDefined()
  })

  it('is replaced at once without an overlap, as often as wanted', async () => {
    await using w = await testWorld()
    w.work()
    const { endpointId, callback } = await ownerOf(w)
    const old = (await signingSecret(w, DEFAULT_TENANT_ID, endpointId)).current.secret
    await rotateSigningSecret(w, DEFAULT_TENANT_ID, endpointId, 0)
    const { current, previous } = await rotateSigningSecret(w, DEFAULT_TENANT_ID, endpointId, 0)
    expect(previous).toBeNull()
    await w.submit({ callback })
    await until('it went out', () => w.sent.length === 1)
    expect(await verifying(w, { old, fresh: current.secret })).toEqual(['fresh'])
  })
})

it('the secrets of a tenant and its endpoints are rotated apart', async () => {
  await using w = await testWorld()
  const { endpointId } = await OWNERS['an endpoint'](w)
  const before = await signingSecret(w, DEFAULT_TENANT_ID)
  await rotateSigningSecret(w, DEFAULT_TENANT_ID, endpointId, HOUR)
  expect(await signingSecret(w, DEFAULT_TENANT_ID)).toEqual(before)
})

import { expect, it } from 'vitest'
import { startSending } from '../../src/domain/delivery.ts'
import { startJob } from '../../src/domain/job.ts'
import { deliveryRow } from '../../src/store/rows/delivery-row.ts'
import { jobRow } from '../../src/store/rows/job-row.ts'
import { claimDelivery, claimJob } from '../../src/store/steps/claims.ts'
import { ENCRYPTOR } from './open-stores.ts'
import { aCallback, aDelivery, aJob, anEvent, NOW } from './records.ts'

const claimer = { worker: 'w', now: NOW + 5 }

it('starts a job by the domain, over the version it had, and leaves its headers encrypted', () => {
  const job = aJob({ callback: aCallback({ 'x-tag': '1' }), tags: ['a'] })
  const row = { seq: 1, ...jobRow(job, ENCRYPTOR) }
  const claimed = claimJob(row, claimer)
  expect(claimed.job).toEqual(startJob({ ...job, callback: aCallback({}) }, 'w.2', NOW + 5))
  expect(claimed.sealedHeaders).toBe(row.callback_headers)
  const running = { status: 'running', lease: 'w.2', due_at: null, attempt: 1, attempt_started_at: NOW + 5 }
  expect(claimed.steps).toMatchObject([{ statement: 'updateJob', params: { id: job.id, version: 2, version_before: 1, ...running } }])
})

it('clears the progress of the attempt before', () => {
  const row = { seq: 1, ...jobRow(aJob(), ENCRYPTOR), progress: '{"steps":[]}' }
  expect(claimJob(row, claimer).steps.map(({ statement }) => statement)).toEqual(['updateJob', 'clearProgress'])
})

it('leaves what cannot be read as it is, so that the row stays damaged for whoever reads it next', () => {
  const broken = 'never' as unknown as number
  const job = { seq: 1, ...jobRow(aJob(), ENCRYPTOR), waiting_since: broken, version: 'x' as unknown as number }
  const { job: running, steps } = claimJob(job, claimer)
  expect(running.damage).toBeDefined()
  expect(steps[0]?.params).toMatchObject({ status: 'running', waiting_since: broken, version: 1, version_before: 'x' })

  const delivery = aDelivery(anEvent(aJob()))
  const claimed = claimDelivery({ seq: 1, ...deliveryRow(delivery), give_up_at: broken }, claimer)
  expect(claimed.delivery.damage).toBe('give_up_at')
  expect(claimed.steps[0]?.params).toMatchObject({ status: 'sending', give_up_at: broken, last_error: null })
})

it('starts a delivery by the domain', () => {
  const delivery = aDelivery(anEvent(aJob()))
  const claimed = claimDelivery({ seq: 1, ...deliveryRow(delivery) }, claimer)
  expect(claimed.delivery).toEqual(startSending(delivery, 'w.2'))
  expect(claimed.steps).toMatchObject([{ statement: 'updateDelivery', params: { version: 2, version_before: 1, lease: 'w.2' } }])
})

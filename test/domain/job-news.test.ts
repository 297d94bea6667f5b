import { describe, expect, it } from 'vitest'
import { isEnd, type JobNews, type JobState, namedState, newsOf, stateName } from '../../src/domain/job-news.ts'

const RUNNING: JobState = { jobId: 'job_1', status: 'running', attempt: 1, cancelRequested: false, overdue: false, progressRevision: 3 }
const ENDED: JobState = { ...RUNNING, status: 'completed' }

describe('the news of a job', () => {
  it.each<[string, JobState | null, JobState, JobNews | null]>([
    ['nothing was seen', null, RUNNING, 'status'],
    ['nothing was seen of a job that has ended', null, ENDED, 'completed'],
    ['nothing has changed', RUNNING, RUNNING, null],
    ['its status has changed', { ...RUNNING, status: 'pending' }, RUNNING, 'status'],
    ['another attempt runs', RUNNING, { ...RUNNING, attempt: 2 }, 'status'],
    ['it is to be canceled', RUNNING, { ...RUNNING, cancelRequested: true }, 'status'],
    ['it is overdue', RUNNING, { ...RUNNING, overdue: true }, 'status'],
    ['it has come further', RUNNING, { ...RUNNING, progressRevision: 4 }, 'progress'],
    ['it has come further and is overdue', RUNNING, { ...RUNNING, progressRevision: 4, overdue: true }, 'status'],
    ['it has failed', RUNNING, { ...RUNNING, status: 'failed' }, 'failed'],
    ['it was canceled', RUNNING, { ...RUNNING, status: 'canceled', cancelRequested: true }, 'canceled'],
    ['its end was seen', ENDED, ENDED, null],
    ['its end was seen, and something else has changed', ENDED, { ...ENDED, progressRevision: 4, cancelRequested: true }, null],
  ])('when %s', (_when, seen, now, news) => {
    expect(newsOf(seen, now)).toBe(news)
  })

  it('ends with an end', () => {
    expect((['status', 'progress', 'completed', 'failed', 'canceled'] as const).filter(isEnd)).toEqual(['completed', 'failed', 'canceled'])
  })
})

describe('the name of a state', () => {
  it('stands for that state, of that job alone', () => {
    for (const state of [RUNNING, ENDED, { ...RUNNING, attempt: 1000, cancelRequested: true, overdue: true, progressRevision: 123_456 }]) {
      expect(namedState('job_1', stateName(state))).toEqual(state)
      expect(namedState('job_2', stateName(state))).toBeNull()
      expect(stateName(state)).toMatch(/^[\w-]+$/)
    }
  })

  it.each([
    '',
    'x',
    'job_1',
    'job_1-9-1-0-0-0',
    'job_1-1-1-2-0-0',
    'job_1-1-1-0-0-',
    'job_1-1-1-0-0-0-0',
    `job_1-1-${'z'.repeat(9)}-0-0-0`,
  ])('%j is none', (name) => {
    expect(namedState('job_1', name)).toBeNull()
  })
})

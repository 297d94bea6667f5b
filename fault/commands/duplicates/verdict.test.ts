import { expect, it } from 'vitest'
import { failuresOfDuplicates, type Told } from './verdict.ts'

function told(more: Partial<Told> = {}, document = {}): Told {
  return {
    request: 'k',
    key: 'k',
    replayed: false,
    document: { id: 'job_1', created_at: 't', metadata: { key: 'k' }, ...document },
    ...more,
  }
}

it('has nothing to say of copies that share a job, and of tenants that do not', () => {
  const copies = [told({}, { status: 'pending' }), told({ replayed: true }, { status: 'completed' })]
  const other = told({ request: 'other k' }, { id: 'job_2' })
  expect(failuresOfDuplicates([...copies, other], [1001], ['job_2', 'job_1'])).toEqual([])
})

it.each<[string, Told[], number[], string[], RegExp]>([
  [
    'two jobs of one request',
    [told(), told({ replayed: true }, { id: 'job_2' })],
    [],
    ['job_1', 'job_2'],
    /^k became .*job_1.* and .*job_2/,
  ],
  ['a job shown in two ways', [told(), told({ replayed: true }, { created_at: 'u' })], [], ['job_1'], /^k became/],
  ['two first ones', [told(), told()], [], ['job_1'], /first of its copies 2 times/],
  ['the job of another key', [told({}, { metadata: { key: 'l' } })], [], ['job_1'], /the job of another/],
  ['a job nobody was told of', [told()], [], ['job_1', 'job_9'], /job_9 was made and nobody/],
  ['one job of two requests', [told(), told({ request: 'other k' })], [], ['job_1'], /2 requests became 1 jobs/],
  ['a duplicate sent away too soon', [told()], [400], ['job_1'], /come back after 400 ms/],
])('sees %s', (_name, answers, conflicts, stored, says) => {
  expect(failuresOfDuplicates(answers, conflicts, stored).join('\n')).toMatch(says)
})

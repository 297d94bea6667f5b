import { expect, it } from 'vitest'
import { type FeedEvent, type FeedRecord, failuresOfStreams, faultsOfReader, faultsOfWatcher, type JobRecord } from './verdict.ts'

const event = (id: string, type = 'job.completed'): FeedEvent => ({ id, type, digest: `of ${id}` })
const FEED = [event('a'), event('b', 'job.failed'), event('c'), event('d')]
const told = (ids: string) => [...ids].map((id) => ({ id, digest: `of ${id}` }))

function reader(...streams: string[]): FeedRecord {
  return { name: 'reader 1', types: null, from: 'evt_beginning', streams: streams.map(told), refused: [] }
}

const NOTHING = { missed: 0, doubled: 0, repeated: 0, disordered: 0, altered: 0, refused: 0 }

it.each<[string, FeedRecord]>([
  ['all on one stream', reader('abcd')],
  ['a stream that goes on where the last was cut', reader('ab', '', 'cd')],
  ['a beginning in the middle', { ...reader('cd'), from: 'b' }],
  ['one type alone', { ...reader('', 'b'), types: ['job.failed'] }],
])('takes %s for whole', (_name, record) => {
  expect(faultsOfReader(FEED, record)).toEqual(NOTHING)
})

it.each<[string, FeedRecord, object]>([
  ['an event that never came', reader('ab', 'd'), { missed: 1 }],
  ['a reader that never got a stream', { ...reader(), from: null }, { missed: 4 }],
  ['an event twice on one stream', reader('abbcd'), { doubled: 1 }],
  ['an event again on the next stream', reader('ab', 'bcd'), { repeated: 1 }],
  ['another order than the feed has', reader('acbd'), { disordered: 1 }],
  ['an event nobody knows', reader('abcdx'), { altered: 1 }],
  ['an event told otherwise', { ...reader(), streams: [[...told('abc'), { id: 'd', digest: 'of e' }]] }, { altered: 1 }],
  ['an answer that ended it', { ...reader('abcd'), refused: ['410'] }, { refused: 1 }],
])('sees %s', (_name, record, faults) => {
  expect(faultsOfReader(FEED, record)).toEqual({ ...NOTHING, ...faults })
})

const frame = (status: string, attempt = 1) => ({ event: status === 'completed' ? status : 'status', status, attempt })

function watcher(members: Partial<JobRecord> = {}): JobRecord {
  return { id: 'job_1', streams: [[frame('pending', 0), frame('running')], [frame('completed')]], over: true, refused: [], ...members }
}

it('takes a job stream that ends with its job for whole', () => {
  expect(faultsOfWatcher(watcher(), 'completed')).toEqual([])
})

it.each<[string, Partial<JobRecord>, string, RegExp]>([
  ['a stream without the end', { streams: [[frame('running')]] }, 'completed', /never told the end/],
  ['a stream that stays open', { over: false }, 'completed', /stayed open/],
  ['frames behind the end', { streams: [[frame('completed'), frame('running')]] }, 'completed', /1 frames came behind/],
  ['another end', {}, 'failed', /told completed of a job that is failed/],
  ['an end under another name', { streams: [[{ ...frame('completed'), event: 'status' }]] }, 'completed', /told completed/],
  ['attempts that go back', { streams: [[frame('running', 2), frame('running', 1), frame('completed', 2)]] }, 'completed', /attempt/],
  ['a job without an end', {}, 'running', /its job is running/],
  ['a refusal', { refused: ['404'] }, 'completed', /answered 404/],
])('sees %s', (_name, members, status, says) => {
  expect(faultsOfWatcher(watcher(members), status).join('\n')).toMatch(says)
})

it('says all that is wrong with a run', () => {
  const seen = { feed: FEED, readers: [reader('abcd')], watchers: [watcher()], statuses: new Map([['job_1', 'completed']]) }
  expect(failuresOfStreams({ ...seen, unannounced: 0, staying: [], leftOpen: 0 })).toEqual([])
  const wrong = { ...seen, readers: [reader('abbd')], statuses: new Map([['job_1', 'failed']]) }
  expect(failuresOfStreams({ ...wrong, unannounced: 2, staying: ['never reads'], leftOpen: 3 })).toEqual([
    'reader 1: missed 1, doubled 1',
    'watcher of job_1: was told completed of a job that is failed',
    '2 acknowledged jobs have no event',
    'who never reads stayed',
    '3 streams and sockets are counted as open, but nobody is there',
  ])
})

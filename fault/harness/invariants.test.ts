import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry, EntryOf } from './history.ts'
import { checkInvariants } from './invariants.ts'
import { tally } from './tally.ts'

/** A job that went well: asked at 10, acknowledged at 20, announced at 50, delivered; calm from 100 on. */
function soundHistory(): Entry[] {
  return [
    { kind: 'setup', at: 0, slots: 4, boundMs: 1000 },
    { kind: 'start', at: 1 },
    { kind: 'ready', at: 5, ms: 4 },
    { kind: 'request', at: 10, request: 'r1', callback: true, attempts: 1 },
    { kind: 'ack', at: 20, request: 'r1', jobId: 'job_1', replayed: false },
    poll({ from: 21, at: 22, status: 'pending', attempt: 0, callback: 'pending' }),
    hit({ at: 50 }),
    poll({ from: 51, at: 52, callback: 'pending' }),
    { kind: 'calm', at: 100 },
    poll({ from: 110, at: 111 }),
    delivery({}),
  ]
}

function poll(more: Partial<EntryOf<'poll'>>): Entry {
  return {
    kind: 'poll',
    from: 0,
    at: 0,
    jobId: 'job_1',
    httpStatus: 200,
    status: 'completed',
    attempt: 1,
    maxAttempts: 3,
    callback: 'delivered',
    ...more,
  }
}

function hit(more: Partial<EntryOf<'hit'>>): Entry {
  return {
    kind: 'hit',
    at: 0,
    jobId: 'job_1',
    status: 'completed',
    webhookId: 'evt_1',
    headers: {},
    bodyHash: 'h',
    verified: true,
    answered: 200,
    ...more,
  }
}

function delivery(more: Partial<EntryOf<'delivery'>>): Entry {
  return { kind: 'delivery', at: 120, jobId: 'job_1', webhookId: 'evt_1', status: 'delivered', attempts: [1], ...more }
}

function metrics(more: Partial<EntryOf<'metrics'>>): Entry {
  const figures = { submitted: 1, ended: { completed: 1 }, attempts: { '2xx': 1 }, deadLetters: 0, openJobs: 0, openDeliveries: 0 }
  return { kind: 'metrics', at: 150, ...figures, ...more }
}

/** The sound history with some entries added and those of the named kinds that fit left out. */
function history(added: readonly Entry[], without: (entry: Entry) => boolean = () => false): Entry[] {
  return [...soundHistory().filter((entry) => !without(entry)), ...added]
}

const is =
  (kind: Entry['kind'], at?: number) =>
  (entry: Entry): boolean =>
    entry.kind === kind && (at === undefined || entry.at === at)

const invariantsBroken = (entries: readonly Entry[]) => [...new Set(checkInvariants(entries).map((finding) => finding.invariant))]

describe('the check', () => {
  it('has nothing to say about a sound history, in whatever order it was logged', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(soundHistory(), { minLength: soundHistory().length }), (shuffled) => {
        expect(checkInvariants(shuffled)).toEqual([])
      }),
    )
  })

  it('accepts a callback that came again after a kill', () => {
    expect(checkInvariants(history([{ kind: 'kill', at: 51 }, { kind: 'start', at: 55 }, hit({ at: 60 })]))).toEqual([])
  })

  it('accepts a callback that came again when a frozen process went on, and what the others did meanwhile', () => {
    const freeze: Entry = { kind: 'freeze', at: 45, ms: 80, process: 'worker-1' }
    expect(checkInvariants(history([freeze, hit({ at: 130 })]))).toEqual([])
    expect(checkInvariants(history([freeze, poll({ from: 112, at: 113, attempt: 2 })]))).toEqual([])
  })

  it('accepts a callback that came again because another process was killed and started again', () => {
    const process = 'worker-1'
    const starts: Entry[] = [
      { kind: 'start', at: 2, process },
      { kind: 'kill', at: 51, process },
      { kind: 'start', at: 70, process },
    ]
    expect(checkInvariants(history([...starts, { kind: 'start', at: 52, process: 'worker-2' }, hit({ at: 60 })]))).toEqual([])
  })

  it('accepts a refused callback that came again, and a dead letter nobody accepted', () => {
    expect(checkInvariants(history([hit({ at: 40, answered: 503 }), delivery({ attempts: [1, 2] })], is('delivery')))).toEqual([])
    const dead = [hit({ at: 50, answered: 503 }), poll({ from: 110, at: 111, callback: 'dead' }), delivery({ status: 'dead' })]
    expect(checkInvariants(history(dead, (entry) => is('hit')(entry) || is('delivery')(entry) || is('poll', 111)(entry)))).toEqual([])
  })

  it('accepts what a submit without an answer became, once the retry under its key was told', () => {
    const early: Entry[] = [
      { kind: 'request', at: 2, request: 'r1', callback: true, attempts: 1 },
      { kind: 'refused', at: 3, request: 'r1', httpStatus: null },
    ]
    expect(checkInvariants(history(early))).toEqual([])
  })

  it.each<[string, string, Entry[], ((entry: Entry) => boolean)?]>([
    ['I1', 'a GET right after the 202 answered 404', [poll({ from: 23, at: 24, httpStatus: 404, status: null })]],
    ['I1', 'an acknowledged job is gone at the end', [poll({ from: 110, at: 112, httpStatus: 404, status: null })], is('poll', 111)],
    ['I1', 'nobody looked for an acknowledged job after the calm', [], is('poll', 111)],
    [
      'I2',
      'a job still runs at the end',
      [poll({ from: 110, at: 111, status: 'running' })],
      (e) => is('poll', 111)(e) || is('hit')(e) || is('poll', 52)(e),
    ],
    ['I2', 'a callback is still pending at the end', [poll({ from: 110, at: 111, callback: 'pending' })], is('poll', 111)],
    ['I2', 'a job ended, but only after the bound', [poll({ from: 1150, at: 1151 })], is('poll', 111)],
    [
      'I3',
      'a job is done, its callback neither accepted nor dead',
      [hit({ at: 50, answered: 503 }), poll({ from: 110, at: 111, callback: 'skipped' })],
      (e) => is('hit')(e) || is('poll', 111)(e),
    ],
    ['I3', 'a callback is called delivered although nobody accepted it', [hit({ at: 50, answered: 503 })], is('hit')],
    ['I4', 'an event has two webhook-ids', [hit({ at: 40, webhookId: 'evt_2', answered: 503 })]],
    ['I4', 'an event has two bodies', [hit({ at: 40, bodyHash: 'other', answered: 503 })]],
    ['I4', 'an accepted callback came again without a kill', [hit({ at: 60 })]],
    [
      'I4',
      'an accepted callback came again in the life after the one that a kill ended',
      [{ kind: 'kill', at: 30 }, { kind: 'start', at: 35 }, hit({ at: 60 })],
    ],
    [
      'I4',
      'an accepted callback came again long before the kill that is to excuse it',
      [{ kind: 'kill', at: 5_900 }, { kind: 'start', at: 5_950 }, hit({ at: 6_000 })],
    ],
    ['I5', 'a callback announced what a later GET does not show', [poll({ from: 55, at: 56, status: 'running' })]],
    ['I5', 'a callback announced a job nobody was told of', [hit({ jobId: 'job_2', at: 50, webhookId: 'evt_2' })]],
    ['I6', 'a callback does not verify', [hit({ at: 40, answered: 503, verified: false })]],
    ['I7', 'attempt numbers of a delivery leave a gap', [hit({ at: 40, answered: 503 }), delivery({ attempts: [1, 3] })], is('delivery')],
    ['I7', 'more attempts are logged than arrived', [delivery({ attempts: [1, 2] })], is('delivery')],
    ['I7', 'a job counts its attempts backwards', [poll({ from: 25, at: 26, status: 'running', attempt: 2 })]],
    ['I7', 'a job has more attempts than allowed', [poll({ from: 112, at: 113, attempt: 4 })]],
    ['I7', 'an orderly stop cost an attempt', [{ kind: 'stop', at: 25 }, poll({ from: 112, at: 113, attempt: 2 })]],
    [
      'I7',
      'a kill after its end cost an attempt',
      [{ kind: 'kill', at: 54 }, { kind: 'start', at: 56 }, poll({ from: 112, at: 113, attempt: 2 })],
    ],
    ['I7', 'a final state changes', [poll({ from: 112, at: 113, status: 'failed' })]],
    ['I7', 'a callback read as delivered is sent again', [hit({ at: 130 }), { kind: 'kill', at: 125 }]],
    ['I4', 'a callback is sent again long after a freeze', [{ kind: 'freeze', at: 45, ms: 80 }, hit({ at: 6_000 }), hit({ at: 6_001 })]],
    [
      'I8',
      'one key became two jobs',
      [
        { kind: 'ack', at: 21, request: 'r1', jobId: 'job_2', replayed: false },
        poll({ jobId: 'job_2', from: 110, at: 111, callback: null }),
        hit({ at: 50, jobId: 'job_2', webhookId: 'evt_2' }),
      ],
    ],
  ])('%s: sees that %s', (invariant, _name, added, without) => {
    expect(invariantsBroken(history(added, without))).toContain(invariant)
  })

  it('accepts an attempt more for every kill, and those that fail by themselves', () => {
    const twice = poll({ from: 112, at: 113, attempt: 2 })
    expect(checkInvariants(history([{ kind: 'kill', at: 30 }, { kind: 'start', at: 35 }, twice]))).toEqual([])
    const failing: Entry = { kind: 'request', at: 9, request: 'r1', callback: true, attempts: 2 }
    expect(checkInvariants(history([failing, twice]))).toEqual([])
  })

  it('I4: sees more repeats than the kills can have caught in flight', () => {
    const jobs = Array.from({ length: 6 }, (_, index) => `job_${index}`)
    const entries: Entry[] = [
      { kind: 'setup', at: 0, slots: 4, boundMs: 1000 },
      { kind: 'start', at: 1 },
      ...jobs.flatMap((jobId): Entry[] => [
        { kind: 'request', at: 10, request: jobId, callback: true, attempts: 1 },
        { kind: 'ack', at: 20, request: jobId, jobId, replayed: false },
        hit({ jobId, webhookId: jobId, at: 30 }),
        hit({ jobId, webhookId: jobId, at: 60 }),
        poll({ jobId, from: 110, at: 111 }),
        delivery({ jobId, webhookId: jobId }),
      ]),
      { kind: 'kill', at: 40 },
      { kind: 'start', at: 50 },
      { kind: 'calm', at: 100 },
    ]
    expect(checkInvariants(entries)).toEqual([
      { invariant: 'I4', jobId: null, says: '6 repeats, but only 4 callbacks were in flight at the kills' },
    ])
  })
})

describe('the check of the metrics', () => {
  it('has nothing to say when they agree with the history', () => {
    expect(checkInvariants(history([metrics({})]))).toEqual([])
  })

  it.each<[string, Partial<EntryOf<'metrics'>>, string]>([
    ['a job too many', { submitted: 2 }, 'jobs submitted: 2 in the metrics, 1 in the history'],
    ['an end that is missing', { ended: {} }, 'jobs completed: 0 in the metrics, 1 in the history'],
    ['an end that is not there', { ended: { completed: 1, failed: 1 } }, 'jobs failed: 1 in the metrics, 0 in the history'],
    ['a try too many', { attempts: { '2xx': 1, '5xx': 1 } }, 'callbacks 5xx: 1 in the metrics, 0 in the history'],
    ['tries nobody received', { attempts: { '2xx': 1, reset: 1, timeout: 1 } }, 'callbacks unanswered: 2 in the metrics, 0 in the history'],
    ['a dead letter that is not there', { deadLetters: 1 }, 'dead letters: 1 in the metrics, 0 in the history'],
    ['open work when all is settled', { openDeliveries: 1 }, 'open deliveries: 1 in the metrics, 0 in the history'],
  ])('I10: sees %s', (_name, wrong, says) => {
    expect(checkInvariants(history([metrics(wrong)]))).toEqual([{ invariant: 'I10', jobId: null, says }])
  })

  it('expects of the last life only what happened in it', () => {
    const restarted: Entry[] = [
      { kind: 'stop', at: 60 },
      { kind: 'start', at: 70 },
      { kind: 'ready', at: 80, ms: 10 },
    ]
    const nothing = metrics({ submitted: 0, ended: {}, attempts: {} })
    expect(checkInvariants(history([...restarted, nothing]))).toEqual([])
    expect(checkInvariants(history([...restarted, metrics({})])).map((finding) => finding.says)).toEqual([
      'jobs submitted: 1 in the metrics, 0 in the history',
      'jobs completed: 1 in the metrics, 0 in the history',
      'callbacks 2xx: 1 in the metrics, 0 in the history',
    ])
  })

  it('leaves open whose it was that was seen while the last life started', () => {
    const restarted: Entry[] = [
      { kind: 'kill', at: 40 },
      { kind: 'start', at: 45 },
      { kind: 'ready', at: 55, ms: 10 },
    ]
    for (const counted of [0, 1]) {
      const either = metrics({ submitted: 0, ended: { completed: counted }, attempts: { '2xx': counted } })
      expect(checkInvariants(history([...restarted, either], is('poll', 52)))).toEqual([])
    }
  })
})

describe('the tally', () => {
  it('counts what was lost, what came twice and which kills met work', () => {
    const entries = history([
      { kind: 'kill', at: 51 },
      { kind: 'start', at: 55 },
      { kind: 'ready', at: 58, ms: 3 },
      hit({ at: 60 }),
      { kind: 'kill', at: 90 },
      { kind: 'start', at: 91 },
      { kind: 'request', at: 70, request: 'r2', callback: false, attempts: 1 },
      { kind: 'ack', at: 71, request: 'r2', jobId: 'job_2', replayed: false },
      poll({ jobId: 'job_2', from: 110, at: 111, httpStatus: 404, status: null }),
    ])
    expect(tally(entries)).toMatchObject({
      kills: 2,
      killsOnWork: 2,
      requests: 2,
      acknowledged: 2,
      lost: 1,
      duplicates: 1,
      inFlight: 2,
      slowestReady: 4,
    })
  })

  it('counts which submits were refused, and which answers an orderly stop has cut', () => {
    const again: Entry[] = [
      { kind: 'request', at: 70, request: 'r2', callback: false, attempts: 1 },
      { kind: 'stop', at: 71 },
      { kind: 'refused', at: 72, request: 'r2', httpStatus: null },
      { kind: 'request', at: 73, request: 'r2', callback: false, attempts: 1 },
      { kind: 'refused', at: 74, request: 'r2', httpStatus: 503 },
      { kind: 'ack', at: 90, request: 'r2', jobId: 'job_2', replayed: true },
    ]
    expect(tally(history(again))).toMatchObject({ stops: 1, stopsOnWork: 1, refused: { none: 1, 503: 1 }, answersCut: 1 })
    expect(tally(history([...again, { kind: 'kill', at: 75 }]))).toMatchObject({ answersCut: 0 })
  })

  it('does not call a kill of an idle service one on work', () => {
    expect(
      tally(
        history([
          { kind: 'kill', at: 95 },
          { kind: 'start', at: 93 },
        ]),
      ).killsOnWork,
    ).toBe(0)
  })
})

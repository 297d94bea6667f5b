import { describe, expect, it } from 'vitest'
import { failuresOfDashboard, type WalkSeen } from './verdict.ts'

const WALK: WalkSeen = { pages: 9, texts: 2, shown: 2, commands: 5, executions: [], traces: [], unwalked: [] }
const FORGED = { kinds: 2, sent: 4, accepted: [], ownRefused: [] }
const SESSIONS = { kinds: 2, tried: 4, accepted: [], ownRefused: [] }
const STRANGERS = { compared: 4, differing: [], unfound: [] }

describe('the verdict on the dashboard', () => {
  it('finds nothing where nothing ran, was taken or was told, nor in a part that was left out', () => {
    expect(failuresOfDashboard({ walk: WALK, forged: FORGED, sessions: SESSIONS, strangers: STRANGERS })).toEqual([])
    expect(failuresOfDashboard({})).toEqual([])
  })

  it.each([
    ['code of a stranger that ran', { walk: { ...WALK, executions: ['/dashboard'] } }],
    ['a text that was more than text', { walk: { ...WALK, traces: ['/dashboard img'] } }],
    ['a page that nobody walked to', { walk: { ...WALK, unwalked: ['/dashboard/new'] } }],
    ['a text that stood nowhere', { walk: { ...WALK, shown: 1 } }],
    ['a walk to nothing', { walk: { ...WALK, pages: 0 } }],
    ['a forged form that was taken', { forged: { ...FORGED, accepted: ['POST /dashboard/login'] } }],
    ['an own form that was refused', { forged: { ...FORGED, ownRefused: ['POST /dashboard/login'] } }],
    ['a session that was taken after its end', { sessions: { ...SESSIONS, accepted: ['/dashboard'] } }],
    ['a session that was refused before its end', { sessions: { ...SESSIONS, ownRefused: ['/dashboard'] } }],
    ['an id that was told from an unknown one', { strangers: { ...STRANGERS, differing: ['/dashboard/jobs/:id'] } }],
    ['an id that its owner did not find', { strangers: { ...STRANGERS, unfound: ['/dashboard/jobs/:id'] } }],
  ])('names %s', (_, seen) => {
    expect(failuresOfDashboard(seen)).toHaveLength(1)
  })
})

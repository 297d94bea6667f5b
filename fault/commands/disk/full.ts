/** D6: the disk is full for a while, again and again, under load. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../../../test/support/api.ts'
import { removeFolder, type Service } from '../../../test/support/service.ts'
import { eachOf } from '../../harness/each-of.ts'
import { entriesOf, isAccepted, machineTime, parseHistory } from '../../harness/history.ts'
import { failuresOf } from '../../harness/report.ts'
import type { Rng } from '../../harness/rng.ts'
import { runRound, SLOTS } from '../../harness/round.ts'
import { mountSmall, unmount } from './mounts.ts'
import type { Row } from './report.ts'

/** Room for an empty database and a log of up to 16 MB, and for the jobs that come before each time the disk is full. */
const ROOM_MB = 24
const ROOM_A_TIME_MB = 16
const LONGEST_HEAL_MS = 5_000
/** What was in flight when the first write was refused has arrived by then, milliseconds. */
const LANDED_MS = 500
const PATIENCE_MS = 20_000

/** Fills the disk so many times, each for about a second. */
export async function fullDisk(seed: number, times: number): Promise<Row> {
  const faults: string[] = []
  const heals: number[] = []
  let mostUnrecorded = 0
  let sentLater = 0
  let data = ''
  const report = await runRound({
    seed,
    clients: 16,
    pauseMs: 20,
    nextJob,
    timeLimitMs: times * PATIENCE_MS,
    faults: times,
    prepare(folder) {
      data = join(folder, 'data')
      mountSmall(data, ROOM_MB + ROOM_A_TIME_MB * times)
    },
    async fault(subject, rng) {
      const service = await subject.start()
      const ballast = join(data, 'ballast')
      fill(ballast)
      const fullAt = machineTime()
      faults.push(...(await refusal(service)))
      const landedAt = machineTime() + LANDED_MS
      await sleep(rng.between(700, 1300))
      const unrecordedSince = (from: number) => countUnrecorded(service, join(data, '..', 'history.jsonl'), from)
      mostUnrecorded = Math.max(mostUnrecorded, await unrecordedSince(fullAt))
      sentLater += await unrecordedSince(landedAt)
      rmSync(ballast)
      heals.push(await untilWell(service))
    },
  })
  faults.push(...failuresOf(report))
  unmount(data)
  // That the pause is there at all, with work waiting for it to end, is shown by the model: `test/model/unrecorded.ts`.
  if (sentLater > 0) faults.push(`${sentLater} callbacks were sent later than ${LANDED_MS} ms after the first refusal`)
  const slowest = Math.max(...heals)
  if (slowest > LONGEST_HEAL_MS) faults.push(`took ${Math.round(slowest)} ms to heal`)
  if (faults.length === 0) await removeFolder(report.folder)
  return {
    id: 'D6',
    name: 'disk full and freed under load',
    cases: times,
    faults,
    figures:
      `${report.tally.acknowledged} acknowledged, lost ${report.tally.lost}; ` +
      `at most ${mostUnrecorded} sends unrecorded of ${SLOTS} slots, ` +
      `${sentLater} of them later than ${LANDED_MS} ms after the first refusal; healed within ${Math.round(slowest)} ms`,
  }
}

function nextJob(url: string, rng: Rng): object {
  return { type: 'fault.noop', payload: 'x'.repeat(rng.between(1, 4000)), callback_url: `${url}/${rng.next() < 0.5 ? 'slow' : 'ok'}` }
}

/** A write that no figure of the round counts: a key. */
function write({ api }: Service): Promise<Answer> {
  return api.call('POST', '/v1/tenants/tnt_default/api-keys', { body: { name: 'x'.repeat(100), scopes: ['jobs:read'] } })
}

/** Takes all that is left, to the last page. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const bytes of [65_536, 4096]) {
      const block = Buffer.alloc(bytes)
      try {
        while (writeSync(file, block) > 0);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    }
  } finally {
    closeSync(file)
  }
}

/** Waits until a write is refused. Says what is wrong with the refusal. */
async function refusal(service: Service): Promise<string[]> {
  for (const giveUpAt = machineTime() + PATIENCE_MS; machineTime() < giveUpAt; ) {
    const answer = await write(service)
    if (answer.status === 201) continue
    const isRight = answer.status === 503 && answer.json.code === 'store_unavailable' && Number(answer.headers['retry-after']) >= 1
    return isRight ? [] : [`a write was refused with ${answer.status} ${answer.text}`]
  }
  return ['a full disk refused nothing']
}

/** Callbacks that arrived since `from` and are not recorded as delivered. */
async function countUnrecorded({ api }: Service, history: string, from: number): Promise<number> {
  const hits = entriesOf(parseHistory(readFileSync(history, 'utf8').replace(/[^\n]*$/, '')), 'hit').filter((hit) => hit.at > from)
  let count = 0
  await eachOf(new Set(hits.filter(isAccepted).map((hit) => hit.jobId)), 16, async (id) => {
    const { status, json } = await api.job(id)
    if (status !== 200 || json.callback?.status !== 'delivered') count += 1
  })
  return count
}

/** Until it is ready and writes, in milliseconds. */
async function untilWell(service: Service): Promise<number> {
  const from = machineTime()
  for (; machineTime() < from + PATIENCE_MS; await sleep(20)) {
    const [ready, written] = await Promise.all([service.api.call('GET', '/readyz'), write(service)])
    if (ready.status === 200 && written.status === 201) break
  }
  return machineTime() - from
}

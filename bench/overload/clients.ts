/**
 * The clients of `overload`, a process of its own: groups of connections that submit the same job again and again, and what they
 * were answered. They do not heed `Retry-After`.
 */
import { answerParent } from '../child.ts'
import { p99 } from '../paired-figures.ts'
import { converse, statusOf } from '../raw-http.ts'
import { type ClientsOrder, type Group, type GroupReport, SENT_AT } from './clients-order.ts'

/** What takes longer than this to be accepted is of no use to its client, milliseconds. */
const USEFUL_MS = 1_000
answerParent(({ port, ms, groups }: ClientsOrder): Promise<GroupReport[]> => {
  const endsAt = performance.now() + ms
  return Promise.all(groups.map((group) => submitAll(port, endsAt, group)))
})

async function submitAll(port: number, endsAt: number, { connections, request, pauseMs }: Group): Promise<GroupReport> {
  const latencies: number[] = []
  const refusalLatencies: number[] = []
  const report: GroupReport = { accepted: 0, late: 0, refused: {}, rude: 0, broken: 0, latencies, refusalP99: 0, ids: [], example: null }
  const bytes = Buffer.from(request)
  const stampAt = bytes.indexOf(SENT_AT)

  const next = () => {
    if (performance.now() >= endsAt) return null
    if (stampAt < 0) return bytes
    const copy = Buffer.from(bytes)
    copy.write((performance.timeOrigin + performance.now()).toFixed(3), stampAt, 'latin1')
    return copy
  }
  const answered = (answer: Buffer, ms: number) => {
    const head = answer.toString('latin1', 0, answer.indexOf('\r\n\r\n'))
    const status = statusOf(answer)
    if (status === 202) {
      if (ms <= USEFUL_MS) report.accepted += 1
      else report.late += 1
      latencies.push(ms)
      report.ids.push(/\/v1\/jobs\/(job_\w+)/.exec(head)?.[1] ?? '?')
      return
    }
    report.refused[status] = (report.refused[status] ?? 0) + 1
    report.example = head
    refusalLatencies.push(ms)
    if ((status !== 503 && status !== 429) || !/\r\nretry-after: *[1-9]/i.test(head)) report.rude += 1
  }
  const one = () =>
    converse({ port, next, answered, pauseMs }).catch(() => {
      report.broken += 1
    })
  await Promise.all(Array.from({ length: connections }, one))
  return { ...report, refusalP99: p99(refusalLatencies, refusalLatencies.length) }
}

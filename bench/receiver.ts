/** The receiver of `drain`, a process of its own: answers 204 at once and says when the last of so many events has arrived. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from './child.ts'
import { machineTime } from './clock.ts'

/** `listen` answers with the port; `await` once `count` different webhook-ids have come since the last `await`. */
export type ReceiverOrder = { do: 'listen' } | { do: 'await'; count: number }
export interface ReceiverReport {
  port: number
  lastAt: number
}

const seen = new Set<string>()
let wanted = Number.POSITIVE_INFINITY
let enough: () => void = () => {}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(204).end()
    seen.add(String(request.headers['webhook-id']))
    if (seen.size >= wanted) enough()
  })
})

const port = () => (server.address() as AddressInfo).port

answerParent(async (order: ReceiverOrder): Promise<ReceiverReport> => {
  if (order.do === 'listen') {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { port: port(), lastAt: 0 }
  }
  await new Promise<void>((resolve) => {
    wanted = order.count
    enough = resolve
    if (seen.size >= wanted) resolve()
  })
  const lastAt = machineTime()
  wanted = Number.POSITIVE_INFINITY
  seen.clear()
  return { port: port(), lastAt }
})

/** The bare limit of `drain`: a loop that signs a callback and POSTs it with undici, so many at a time, and stores nothing. */
import { Pool } from 'undici'
import { signingKey } from '../src/domain/signature.ts'
import { answerParent } from './child.ts'
import { machineTime } from './clock.ts'
import { signedHeaders } from './signed-headers.ts'

export interface SenderOrder {
  port: number
  count: number
  inFlight: number
  secret: string
  body: string
  /** Begins every webhook-id, so that rounds differ. */
  round: string
}

export interface SenderReport {
  startedAt: number
}

answerParent(async (order: SenderOrder): Promise<SenderReport> => {
  const key = signingKey(order.secret)
  const body = Buffer.from(order.body)
  const pool = new Pool(`http://127.0.0.1:${order.port}`, { connections: order.inFlight })
  const startedAt = machineTime()
  let sent = 0
  const client = async () => {
    while (sent < order.count) {
      sent += 1
      const response = await pool.request({
        method: 'POST',
        path: '/hooks',
        headers: signedHeaders(key, `${order.round}-${sent}`, body),
        body,
      })
      await response.body.dump()
    }
  }
  await Promise.all(Array.from({ length: order.inFlight }, client))
  await pool.destroy()
  return { startedAt }
})

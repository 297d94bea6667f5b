/** One sender with everything around it, torn down after each test. */
import { afterEach } from 'vitest'
import { callbackRules, mayDial } from '../../src/domain/callback-url.ts'
import type { Sender, SendRequest } from '../../src/ports/sender.ts'
import { createSender, type SenderSettings } from '../../src/webhook/sender.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { type RawReceiver, rawReceiver, type Script } from '../support/raw-receiver.ts'

export const TIMEOUT_MS = 15_000

export interface Sending {
  sender: Sender
  clock: TestClock
}

export interface SendingSettings extends Partial<Omit<SenderSettings, 'clock'>> {
  allow?: string[]
}

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

export function sending({ allow = ['loopback'], ...settings }: SendingSettings = {}): Sending {
  const clock = testClock()
  const rules = callbackRules({ allow, httpsOnly: false, own: () => [], interfaces: () => [] })
  const sender = createSender({
    clock,
    timeoutMs: TIMEOUT_MS,
    perDestinationConnections: 4,
    mayDial: (host, address, port) => mayDial(host, address, port, rules),
    ...settings,
  })
  ends.push(() => sender.close())
  return { sender, clock }
}

export async function receiving(script: Script): Promise<RawReceiver> {
  const receiver = await rawReceiver(script)
  ends.push(() => receiver.close())
  return receiver
}

/** A receiver that gives these bytes as its answer to every request. */
export function answering(bytes: string | Buffer, { hangUp = false } = {}): Promise<RawReceiver> {
  return receiving({
    onRequest: (socket) => {
      socket.write(bytes)
      if (hangUp) socket.end()
    },
  })
}

export function requestTo(url: string, more: Partial<SendRequest> = {}): SendRequest {
  return { destination: `tnt_1 ${new URL(url).origin}`, url, headers: {}, body: Buffer.from('{}'), ...more }
}

export function post(sender: Sender, receiver: RawReceiver, more: Partial<SendRequest> = {}, signal = new AbortController().signal) {
  return sender.send(requestTo(`http://127.0.0.1:${receiver.port}/hooks`, more), signal)
}

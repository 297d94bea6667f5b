import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { dialOrder, raceDials } from '../../src/webhook/race-dials.ts'
import { settle, testClock } from '../support/clock.ts'
import { rawReceiver } from '../support/raw-receiver.ts'

test('the families are dialled in turn, and what worked last comes first', () => {
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2']
  expect(dialOrder(addresses, null)).toEqual(['192.0.2.1', '2001:db8::1', '192.0.2.2', '2001:db8::2', '192.0.2.3'])
  expect(dialOrder(addresses, '2001:db8::2')).toEqual(['2001:db8::2', '192.0.2.1', '2001:db8::1', '192.0.2.2', '192.0.2.3'])
  expect(dialOrder(addresses, '203.0.113.9')).toEqual(dialOrder(addresses, null))
})

test('no address is lost or added by their order', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6())
  fc.assert(
    fc.property(fc.uniqueArray(address), fc.option(address), (addresses, last) => {
      expect(dialOrder(addresses, last).sort()).toEqual([...addresses].sort())
    }),
  )
})

test('an address that refuses makes room for the next at once, the sixteenth too, and no clock is left running', async () => {
  const receiver = await rawReceiver({})
  onTestFinished(() => receiver.close())
  const clock = testClock()
  const race = raceDials(clock, receiver.port, new AbortController().signal)
  race.add([...Array.from({ length: 15 }, (_, n) => `127.0.1.${n + 1}`), '127.0.0.1'])
  const { socket, address } = await race.winner
  socket.destroy()
  expect(address).toBe('127.0.0.1')
  await settle()
  expect(clock.pending()).toBe(0)
})

/** How many runs get to one place at a time: as many as there are slots, when none is held by what is over. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../../test/support/api.ts'
import { untilAllEnded } from '../../harness/settle.ts'
import { MEET } from './misbehaving-modules.ts'

/** Submits `slots` jobs that wait for each other; answers how many of them had met when the last came, or after `ms` milliseconds. */
export async function countFreeSlots(api: Api, slots: number, ms: number): Promise<number> {
  const waiting: ServerResponse[] = []
  const { promise: complete, resolve: allMet } = Promise.withResolvers<void>()
  let isOver = false
  const place = createServer((_request, response) => {
    if (isOver) response.end()
    else if (waiting.push(response) === slots) allMet()
  })
  await new Promise<void>((resolve) => place.listen(0, '127.0.0.1', resolve))
  const payload = `http://127.0.0.1:${(place.address() as AddressInfo).port}/`
  for (let n = 0; n < slots; n++) await api.submit({ type: MEET, payload })
  await Promise.race([complete, sleep(ms, undefined, { ref: false })])
  isOver = true
  const met = waiting.length
  for (const response of waiting) response.end()
  await untilAllEnded(api, ms)
  place.closeAllConnections()
  place.close()
  return met
}

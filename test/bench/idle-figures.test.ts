import { expect, it } from 'vitest'
import { idleFigures, idleTable, pidOfRedis } from '../../bench/idle-figures.ts'

/** What Redis would tell; each look is an INFO of its own. */
const info = (looks: number, calls: { bzpopmin: number; evalsha: number }) =>
  [
    'process_id:4711',
    `total_commands_processed:${100 + looks + calls.bzpopmin + calls.evalsha}`,
    `cmdstat_info:calls=${looks},usec=5`,
    `cmdstat_bzpopmin:calls=${calls.bzpopmin},usec=5`,
    `cmdstat_evalsha:calls=${calls.evalsha},usec=5`,
    'cmdstat_config|get:calls=3,usec=5',
  ].join('\r\n')

const samples = [
  { at: 0, info: info(0, { bzpopmin: 10, evalsha: 50 }), cpuMicroseconds: [1_000_000, 0] },
  { at: 30_000, info: info(1, { bzpopmin: 13, evalsha: 60 }), cpuMicroseconds: [1_100_000, 10_000] },
  { at: 60_000, info: info(2, { bzpopmin: 16, evalsha: 72 }), cpuMicroseconds: [1_300_000, 20_000] },
]

it('counts the commands of a minute without its own', () => {
  const { commandsAMinute, byCommand } = idleFigures(['api', 'worker'], samples)
  expect(commandsAMinute).toEqual({ median: 28, lowest: 26, highest: 30 })
  expect(byCommand).toEqual({ bzpopmin: 6, evalsha: 22 })
})

it('tells the CPU seconds of an hour for each process', () => {
  const { cpuAnHour } = idleFigures(['api', 'worker'], samples)
  expect(cpuAnHour.api?.lowest).toBeCloseTo(12)
  expect(cpuAnHour.api?.highest).toBeCloseTo(24)
  expect(cpuAnHour.worker?.median).toBeCloseTo(1.2)
})

it('prints a row for each figure, the commands by name, and a month of them', () => {
  const text = idleTable(idleFigures(['api', 'worker'], samples))
  expect(text).toMatch(/^Redis commands in an idle minute +28\.0 +26\.0 +30\.0$/m)
  expect(text).toMatch(/^CPU seconds in an idle hour, worker +1\.2 +1\.2 +1\.2$/m)
  expect(text).toContain('by command: evalsha 22.0, bzpopmin 6.0')
  expect(text).toContain('in a month: 1,209,600 Redis commands')
})

it('refuses a Redis that does not tell', () => {
  expect(() => pidOfRedis('redis_version:7.0.15')).toThrow('process_id')
})

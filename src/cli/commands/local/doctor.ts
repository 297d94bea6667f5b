import { RingbackError } from '../../../client/transport/errors.ts'
import type { CommandSpec, Invocation } from '../../call/command.ts'
import { failureOf } from '../../call/failure.ts'
import { shown } from '../../output/table.ts'
import { EXIT } from '../../world/ends.ts'
import { checkClock, checkKey, checkPublicUrl, checkReady, checkService, type Finding } from './checks.ts'

/** `ringback doctor`: each check says what it found and what to do. */
export const doctorCommand: CommandSpec = {
  path: 'doctor',
  about: 'is the service there, is the key good, is the clock right, can it be reached',
  more: 'Exits with 4 for a key that is not taken, and with 1 for anything else that is wrong.',
  async run(call) {
    const { url, keyFrom } = call.service()
    const checks: [name: string, check: (call: Invocation) => Promise<Finding>][] = [
      ['service', checkService],
      ['ready', checkReady],
      ['key', checkKey],
      ['clock', checkClock],
      ['reachable', checkPublicUrl],
    ]
    const found: (Finding & { check: string })[] = []
    for (const [check, run] of checks) {
      const finding = await run(call).catch((error) => troubleOf(error, url))
      call.signal.throwIfAborted()
      found.push({ check, ...finding })
      // Nothing else can be asked of a service that is not there.
      if (check === 'service' && !finding.ok) break
    }
    const ok = found.every((one) => one.ok)
    await call.out.result({ url, key_from: keyFrom, ok, checks: found.map(({ exit: _, ...one }) => one) }, () =>
      found
        .map(
          (one) => `${call.out.paint(one.ok ? 'good' : 'bad', one.ok ? 'ok   ' : 'wrong')}  ${one.check.padEnd(9)}  ${shown(one.detail)}`,
        )
        .join('\n'),
    )
    return found.find((one) => !one.ok)?.exit ?? EXIT.ok
  },
}

function troubleOf(error: unknown, url: string): Finding {
  const { code, line } = failureOf(error, { thing: '', url, command: 'doctor' })
  const exit = error instanceof RingbackError && code === EXIT.notAllowed ? EXIT.notAllowed : EXIT.failed
  return { ok: false, detail: line ?? 'interrupted', exit }
}

/** Checks payloads in a thread of their own, so that neither a schema nor a handler can hold up submits for long. */
import type { ErrorTrace } from '../../domain/describe-error.ts'
import { type Fault, ProblemError } from '../../domain/errors.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { Check, Checked } from '../messages.ts'
import type { LaunchOptions } from './launch-thread.ts'
import { type SupervisedThread, superviseThread } from './supervised-thread.ts'

/** How long a submit waits for the check of its payload: milliseconds. */
const CHECK_DEADLINE = 2_000

/** Checks payloads against the schemas of their job types. */
export interface Checker {
  /** As `Executor.check`. Rejects with a ProblemError `overloaded` after 2 s, and with an Error when the schema itself throws. */
  check(type: string, payload: Uint8Array): Promise<Fault[]>
  close(): Promise<void>
}

interface PendingCheck {
  resolve(faults: Fault[]): void
  reject(error: Error): void
}

/** Starts the thread. It is replaced when it answers no check at all for 2 s. */
export async function createChecker(options: LaunchOptions & { log: Log; clock: Clock }): Promise<Checker> {
  const { clock } = options
  const pending = new Map<number, PendingCheck>()
  let lastCheck = 0
  let answered = 0
  let turn: Check[] = []

  const thread: SupervisedThread = await superviseThread(options, {
    receive(message) {
      if (message.kind !== 'checked') return
      answered += 1
      message.answers.forEach(settle)
    },
    restarted() {},
    lost: () => refuse([...pending.keys()]),
  })

  function settle(answer: Checked): void {
    const entry = pending.get(answer.check)
    pending.delete(answer.check)
    if ('error' in answer) entry?.reject(schemaError(answer.error))
    else entry?.resolve(answer.faults)
  }

  function refuse(checks: readonly number[]): void {
    for (const check of checks) {
      pending.get(check)?.reject(new ProblemError('overloaded', 'The payload could not be checked in time.', { retryAfterSeconds: 2 }))
      pending.delete(check)
    }
  }

  /** Posts the checks of one turn of the event loop together. */
  function sendTurn(): void {
    const checks = turn
    turn = []
    const sentAt = answered
    const ids = checks.map(({ check }) => check)
    const posted = thread.post(
      { kind: 'check', checks },
      checks.map(({ payload }) => payload.buffer as ArrayBuffer),
    )
    if (!posted) refuse(ids)
    clock.after(CHECK_DEADLINE, () => {
      const late = ids.filter((id) => pending.has(id))
      refuse(late)
      if (late.length > 0 && answered === sentAt) thread.replace(`no payload was checked for ${CHECK_DEADLINE / 1000} s`)
    })
  }

  return {
    check(type, payload) {
      return new Promise((resolve, reject) => {
        lastCheck += 1
        pending.set(lastCheck, { resolve, reject })
        if (turn.push({ check: lastCheck, type, payload: new Uint8Array(payload) }) === 1) setImmediate(sendTurn)
      })
    },
    async close() {
      await thread.close()
      refuse([...pending.keys()])
    },
  }
}

/** Keeps the place in the schema's module but not the message, which may quote the payload. */
function schemaError({ type, stack }: ErrorTrace): Error {
  const error = new Error(`the input schema threw (${type})`)
  error.stack = stack
  return error
}

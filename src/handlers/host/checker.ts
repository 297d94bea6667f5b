/** Main side: checks payloads in a thread of their own, so that neither a schema nor a handler can hold up submits for long. */
import type { ErrorTrace } from '../../domain/describe-error.ts'
import { type Fault, ProblemError } from '../../domain/errors.ts'
import type { Clock, Log } from '../../ports/runtime.ts'
import type { Check, Checked } from '../messages.ts'
import type { LaunchOptions } from './launch-thread.ts'
import { type SupervisedThread, superviseThread } from './supervised-thread.ts'

/** How long a submit waits for its check: milliseconds. */
const CHECK_DEADLINE = 2_000

export interface Checker {
  /** As `Executor.check`. Rejects with a ProblemError `overloaded` after 2 s, and with an Error when the schema itself throws. */
  check(type: string, payload: Uint8Array): Promise<Fault[]>
  close(): Promise<void>
}

interface CheckInHand {
  resolve(faults: Fault[]): void
  reject(error: Error): void
}

/** Starts the thread. One that answers nothing at all for 2 s is taken to be frozen and is replaced. */
export async function createChecker(options: LaunchOptions & { log: Log; clock: Clock }): Promise<Checker> {
  const { clock } = options
  const inHand = new Map<number, CheckInHand>()
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
    lost: () => refuse([...inHand.keys()]),
  })

  function settle(answer: Checked): void {
    const entry = inHand.get(answer.check)
    inHand.delete(answer.check)
    if ('error' in answer) entry?.reject(schemaError(answer.error))
    else entry?.resolve(answer.faults)
  }

  function refuse(checks: readonly number[]): void {
    for (const check of checks) {
      inHand.get(check)?.reject(new ProblemError('overloaded', 'The payload could not be checked in time.', { retryAfterSeconds: 2 }))
      inHand.delete(check)
    }
  }

  /** The checks of one turn of the event loop go together. */
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
      const late = ids.filter((id) => inHand.has(id))
      refuse(late)
      if (late.length > 0 && answered === sentAt) thread.replace(`no payload was checked for ${CHECK_DEADLINE / 1000} s`)
    })
  }

  return {
    check(type, payload) {
      return new Promise((resolve, reject) => {
        lastCheck += 1
        inHand.set(lastCheck, { resolve, reject })
        if (turn.push({ check: lastCheck, type, payload: new Uint8Array(payload) }) === 1) setImmediate(sendTurn)
      })
    },
    async close() {
      await thread.close()
      refuse([...inHand.keys()])
    },
  }
}

/** With the place in the schema's module, but not its words: they may quote the payload. */
function schemaError({ type, stack }: ErrorTrace): Error {
  const error = new Error(`the input schema threw (${type})`)
  error.stack = stack
  return error
}

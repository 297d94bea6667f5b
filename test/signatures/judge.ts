/** Whether receivers could verify every callback through a rotation. Pure. */
import type { Message, Stream } from './stream.ts'

/** What a library says of one message with one secret. */
export interface Question {
  secret: string
  message: Message
}

export interface Verdict {
  callbacks: number
  /** Callbacks signed with both secrets. */
  overlapping: number
  /** Of a receiver that replaces its secret in the middle of the overlap. */
  unverifiable: number
  /** Verified with the old secret although it had expired when the attempt began. */
  stale: number
  held: boolean
}

/** Every message with both secrets: the old one first. */
export function questions({ messages, before, after }: Stream): Question[] {
  return messages.flatMap((message) => [before.secret, after.secret].map((secret) => ({ secret, message })))
}

/** @param verified the answers to `questions`, in their order */
export function judge({ messages, before, after }: Stream, verified: readonly boolean[]): Verdict {
  const replacedAt = (after.rotatedAt + before.expiresAt) / 2
  const verdict = { callbacks: messages.length, overlapping: 0, unverifiable: 0, stale: 0 }
  for (const [n, message] of messages.entries()) {
    const withOld = verified[2 * n] === true
    const withNew = verified[2 * n + 1] === true
    if (withOld && withNew) verdict.overlapping += 1
    if (!(message.arrivedAt < replacedAt ? withOld : withNew)) verdict.unverifiable += 1
    // The timestamp is of the attempt's begin, in whole seconds.
    if (withOld && Number(message.timestamp) * 1000 >= before.expiresAt) verdict.stale += 1
  }
  return { ...verdict, held: verdict.overlapping > 0 && verdict.unverifiable === 0 && verdict.stale === 0 }
}

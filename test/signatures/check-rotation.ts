/** Whether receivers could verify every callback through a rotation. */
import type { Message, Stream } from './stream.ts'

/** What a library says of one message with one secret. */
export interface Question {
  secret: string
  message: Message
}

export interface RotationReport {
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
export function checkRotation({ messages, before, after }: Stream, verified: readonly boolean[]): RotationReport {
  const replacedAt = (after.rotatedAt + before.expiresAt) / 2
  const report = { callbacks: messages.length, overlapping: 0, unverifiable: 0, stale: 0 }
  for (const [n, message] of messages.entries()) {
    const withOld = verified[2 * n] === true
    const withNew = verified[2 * n + 1] === true
    if (withOld && withNew) report.overlapping += 1
    if (!(message.arrivedAt < replacedAt ? withOld : withNew)) report.unverifiable += 1
    // The timestamp is the second in which the attempt began.
    if (withOld && Number(message.timestamp) * 1000 >= before.expiresAt) report.stale += 1
  }
  return { ...report, held: report.overlapping > 0 && report.unverifiable === 0 && report.stale === 0 }
}

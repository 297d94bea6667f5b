/** The most informational answers before the real one, and their bytes; a peer that sends more is broken. */
const MAX_ANSWERS = 16
const MAX_BYTES = 32 * 1024
/** The status line up to the status of an interim answer, `x` for any digit. 101 is none: it would change the protocol. */
const INTERIM = 'HTTP/1.x 1xx'
const CR = 0x0d
const LF = 0x0a

/** The filter of one connection. */
export interface InterimFilter {
  /** Called when a request goes out: the next bytes may be interim answers. */
  expectAnswer(): void
  /** Takes bytes in pieces of any size and gives those that belong to the real answer. Null: too many interim answers. */
  pass(piece: Buffer): Buffer | null
}

const EMPTY = Buffer.alloc(0)

/**
 * Takes interim answers (1xx, RFC 9110 section 15.2: a client must be able to read them, asked for or not) out of the bytes
 * that come back on a connection that carries one request at a time. Everything else passes unchanged and unchecked.
 */
export function createInterimFilter(): InterimFilter {
  let state: 'passing' | 'at a status line' | 'in an interim answer' = 'passing'
  /** The undecided beginning of a status line. */
  let held = EMPTY
  let answers = 0
  let skippedBytes = 0
  /** Within an interim answer: nothing but CR since the last LF. */
  let atLineStart = false

  /** How many bytes of an interim answer `bytes` begins with; the state says whether it has ended. */
  function skip(bytes: Buffer): number {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === LF && atLineStart) {
        state = 'at a status line'
        return at + 1
      }
      if (byte === LF) atLineStart = true
      else if (byte !== CR) atLineStart = false
    }
    return bytes.length
  }

  return {
    expectAnswer() {
      state = 'at a status line'
      held = EMPTY
      answers = 0
      skippedBytes = 0
    },
    pass(piece) {
      let rest = held.length === 0 ? piece : Buffer.concat([held, piece])
      held = EMPTY
      while (state !== 'passing' && rest.length > 0) {
        if (state === 'in an interim answer') {
          const length = skip(rest)
          skippedBytes += length
          if (skippedBytes > MAX_BYTES) return null
          rest = rest.subarray(length)
          continue
        }
        const isInterim = beginsInterim(rest)
        if (isInterim === 'undecided') {
          held = Buffer.from(rest)
          return EMPTY
        }
        if (isInterim === 'no') {
          state = 'passing'
          break
        }
        answers += 1
        if (answers > MAX_ANSWERS) return null
        state = 'in an interim answer'
        atLineStart = false
      }
      return rest
    },
  }
}

function beginsInterim(bytes: Buffer): 'yes' | 'no' | 'undecided' {
  for (let at = 0; at < INTERIM.length; at++) {
    const byte = bytes[at]
    if (byte === undefined) return 'undecided'
    const isExpected = INTERIM[at] === 'x' ? byte >= 0x30 && byte <= 0x39 : byte === INTERIM.charCodeAt(at)
    if (!isExpected) return 'no'
  }
  return bytes.toString('latin1', INTERIM.length - 3, INTERIM.length) === '101' ? 'no' : 'yes'
}

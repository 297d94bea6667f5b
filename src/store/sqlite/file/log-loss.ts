/**
 * Whether the write-ahead log still has every commit it once had. SQLite reads a log up to the first frame that is not whole
 * and takes what follows for a commit that never came to its end: a log that was cut or scratched afterwards loses
 * acknowledged work without a word. The index beside it (`-shm`) remembers how many frames were committed, and is told only
 * after their fsync: a killed process and a power cut leave it behind the log, never ahead.
 *
 * Asked before SQLite opens the file, because SQLite makes the index anew from what it finds.
 * Formats: https://sqlite.org/walformat.html
 */
import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'

const INDEX_HEADER_BYTES = 48
const INDEX_VERSION = 3_007_000
const LOG_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** Its lowest bit tells the byte order of the checksums. */
const LOG_MAGIC = 0x377f0682

/** Frames that only the log has, or should have: by its index, and those that are whole. Null when none can be missing. */
export function lostFrames(path: string): { committed: number; whole: number } | null {
  const index = readIfThere(`${path}-shm`)
  const committed = index === null ? 0 : committedFrames(index)
  if (index === null || committed === 0) return null
  const log = readIfThere(`${path}-wal`) ?? Buffer.alloc(0)
  const isStarted = log.length >= LOG_HEADER_BYTES && isWholeHeader(log)
  // An index that the disk was slower to take than the next log.
  if (isStarted && !log.subarray(16, 24).equals(index.subarray(32, 40))) return null
  const whole = isStarted ? wholeFrames(log, committed) : 0
  return whole < committed ? { committed, whole } : null
}

/** Committed and not in the database itself yet. */
function committedFrames(index: Buffer): number {
  if (index.length < 2 * INDEX_HEADER_BYTES + 4) return 0
  const header = index.subarray(0, INDEX_HEADER_BYTES)
  const copy = index.subarray(INDEX_HEADER_BYTES, 2 * INDEX_HEADER_BYTES)
  if (!header.equals(copy) || native(header, 0) !== INDEX_VERSION) return 0
  const committed = native(header, 16)
  const moved = native(index, 2 * INDEX_HEADER_BYTES)
  return committed > moved ? committed : 0
}

/** The index is in the byte order of the machine. */
function native(bytes: Buffer, offset: number): number {
  return endianness() === 'LE' ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset)
}

function isWholeHeader(log: Buffer): boolean {
  const magic = log.readUInt32BE(0)
  return (
    (magic === LOG_MAGIC || magic === LOG_MAGIC + 1) &&
    checksum(log, 0, 24, [0, 0]).every((sum, at) => sum === log.readUInt32BE(24 + 4 * at))
  )
}

/** How many of the first `wanted` frames are whole: each has the log's salt and a checksum over all before it. */
function wholeFrames(log: Buffer, wanted: number): number {
  const pageBytes = log.readUInt32BE(8)
  const salt = log.subarray(16, 24)
  let sums: Sums = [log.readUInt32BE(24), log.readUInt32BE(28)]
  for (let whole = 0; whole < wanted; whole++) {
    const at = LOG_HEADER_BYTES + whole * (FRAME_HEADER_BYTES + pageBytes)
    if (at + FRAME_HEADER_BYTES + pageBytes > log.length) return whole
    sums = checksum(log, at + FRAME_HEADER_BYTES, pageBytes, checksum(log, at, 8, sums))
    const isWhole =
      salt.equals(log.subarray(at + 8, at + 16)) && sums[0] === log.readUInt32BE(at + 16) && sums[1] === log.readUInt32BE(at + 20)
    if (!isWhole) return whole
  }
  return wanted
}

type Sums = readonly [even: number, odd: number]

function checksum(log: Buffer, from: number, bytes: number, [first, second]: Sums): Sums {
  const isBigEndian = log.readUInt32BE(0) !== LOG_MAGIC
  let even = first
  let odd = second
  for (let at = from; at < from + bytes; at += 8) {
    even = (even + (isBigEndian ? log.readUInt32BE(at) : log.readUInt32LE(at)) + odd) >>> 0
    odd = (odd + (isBigEndian ? log.readUInt32BE(at + 4) : log.readUInt32LE(at + 4)) + even) >>> 0
  }
  return [even, odd]
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

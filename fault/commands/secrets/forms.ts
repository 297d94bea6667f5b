/** The shapes in which a text can lie somewhere, unreadable at a glance but there. Pure. */

/** A leak is often a piece: a run of twice as many bytes, wherever it is cut, holds one whole block. */
const BLOCK = 8

/** What to look for to find a canary, or any longer piece of it, in any of its shapes. */
export function formsOf(canary: Uint8Array): Buffer[] {
  return blocksOf(canary).flatMap(shapesOf)
}

function blocksOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length < BLOCK) throw new RangeError(`a canary has at least ${BLOCK} bytes`)
  const starts = Array.from({ length: Math.floor(bytes.length / BLOCK) }, (_, index) => index * BLOCK)
  return [...starts, bytes.length - BLOCK].map((start) => bytes.subarray(start, start + BLOCK))
}

function shapesOf(bytes: Uint8Array): Buffer[] {
  const block = Buffer.from(bytes)
  const each = (write: (hex: string) => string) => Array.from(block, (byte) => write(byte.toString(16).padStart(2, '0'))).join('')
  const texts = [
    block.toString('hex'),
    block.toString('hex').toUpperCase(),
    ...[0, 1, 2].flatMap((shift) => [base64Inside(block, shift, 'base64'), base64Inside(block, shift, 'base64url')]),
    each((hex) => `%${hex}`),
    each((hex) => `%${hex.toUpperCase()}`),
    each((hex) => `\\u00${hex}`),
    each((hex) => `\\x${hex}`),
    each((hex) => `&#x${hex};`),
  ]
  const wide = Buffer.from(block.toString('latin1'), 'utf16le')
  return [block, Buffer.from(block.toReversed()), wide, ...[...new Set(texts)].map((text) => Buffer.from(text))]
}

/** The characters that a block gives wherever it lies in a base64 text: those it shares with its neighbours are left out. */
function base64Inside(block: Buffer, shift: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(shift), block]).toString(encoding)
  return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + block.length) * 8) / 6))
}

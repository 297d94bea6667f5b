/** Values of flags, judged before anything is asked of the service. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../world/ends.ts'
import type { Source } from '../world/world.ts'

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number): (text: string, flag: string) => number {
  return (text, flag) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new UsageError(`${flag} takes a whole number from ${min} to ${max}`)
  }
}

/** A time in seconds, also a part of one. */
export function seconds(text: string, flag: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new UsageError(`${flag} takes a number of seconds`)
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): (text: string, flag: string) => string {
  return (text, flag) => {
    if (words.includes(text)) return text
    throw new UsageError(`${flag} takes ${words.join(', ')}`)
  }
}

/** `K=V`. */
export function pair(text: string, flag: string): string {
  if (/^[^=]+=/.test(text)) return text
  throw new UsageError(`${flag} takes NAME=VALUE`)
}

/** Pairs that were judged by `pair`, as an object; undefined for none. */
export function pairsOf(texts: readonly string[]): Record<string, string> | undefined {
  if (texts.length === 0) return undefined
  return Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]))
}

/** The bytes of a file, of standard input for `-`. */
export async function readInput(stdin: Source, file: string): Promise<Uint8Array> {
  if (file === '-') return stdin.bytes()
  try {
    return readFileSync(file)
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`)
  }
}

/** Text itself, or of a file for `@FILE`, or of standard input for `-`. */
export async function readText(stdin: Source, text: string, what: string): Promise<string> {
  if (text !== '-' && !text.startsWith('@')) return text
  const bytes = await readInput(stdin, text === '-' ? '-' : text.slice(1))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`${what} must be UTF-8`)
  }
}

/** Secrets as they are or of files, without the line break at a file's end. */
export async function readSecrets(stdin: Source, texts: readonly string[]): Promise<string[]> {
  return Promise.all(texts.map(async (text) => (await readText(stdin, text, '--secret')).replace(/\r?\n$/, '')))
}

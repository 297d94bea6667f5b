/** Where the 32 bytes come from that the encryptor is locked with. */
import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../domain/describe-error.ts'
import { CannotOpen } from './cannot-open.ts'
import { createFileOnce } from './create-file-once.ts'
import { databasePath } from './data-folder.ts'

const KEY_BYTES = 32

/** Where to look for the key: the setting comes before the file. */
export interface KeySource {
  /** The setting MASTER_KEY. */
  masterKey?: string | undefined
  dataDir: string
}

/**
 * The master key: `masterKey` (the setting MASTER_KEY) when given, else the key file of the data folder, which is made
 * on the first start. Throws `CannotOpen`, also when a database is there but its key file is not: a new key could not
 * open what the lost one sealed.
 */
export function loadMasterKey(options: KeySource): Uint8Array {
  const path = keyFile(options.dataDir)
  const found = findMasterKey(options)
  if (found !== null) return found
  if (existsSync(databasePath(options.dataDir))) {
    throw new CannotOpen(
      `${path} is missing, but a database is there: put the key file back, or set MASTER_KEY to the key it was made with`,
    )
  }
  createFileOnce(path, `${randomBytes(KEY_BYTES).toString('base64')}\n`)
  return readKeyFile(path)
}

/** The master key, or null while there is none; none is made. Throws `CannotOpen` for one that is no key. */
export function findMasterKey({ masterKey, dataDir }: KeySource): Uint8Array | null {
  if (masterKey !== undefined) return parseMasterKey(masterKey)
  return existsSync(keyFile(dataDir)) ? readKeyFile(keyFile(dataDir)) : null
}

/** The file that holds the key where MASTER_KEY is not set. */
export function keyFile(dataDir: string): string {
  return join(dataDir, 'master.key')
}

function readKeyFile(path: string): Uint8Array {
  const key = decodeKey(readText(path).trim())
  if (key === undefined) throw new CannotOpen(`${path} does not hold a key of ${KEY_BYTES} bytes in base64: restore it from a backup`)
  return key
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CannotOpen(`${path} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * 32 bytes as hex or base64 are taken as they are; any other text of at least 32 characters is a pass phrase, and the
 * key is derived from it with HKDF-SHA-256 (RFC 5869). Throws `CannotOpen` for anything shorter.
 */
export function parseMasterKey(text: string): Uint8Array {
  const trimmed = text.trim()
  const key = decodeKey(trimmed)
  if (key !== undefined) return key
  if (trimmed.length < 32) throw new CannotOpen('MASTER_KEY needs 32 bytes as base64 or hex, or a text of at least 32 characters')
  return new Uint8Array(hkdfSync('sha256', trimmed, '', 'ringback master key', KEY_BYTES))
}

/** A key of its own for one purpose, derived from the master key. */
export function deriveKey(masterKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', `ringback ${purpose}`, KEY_BYTES))
}

function decodeKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return new Uint8Array(Buffer.from(text, 'hex'))
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return new Uint8Array(Buffer.from(text, 'base64'))
  return undefined
}

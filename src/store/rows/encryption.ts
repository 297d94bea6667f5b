/**
 * Encryption at rest of the few values that must be read back: signing secrets and custom callback headers.
 * AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce for every value.
 */
import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { CannotOpen } from '../folder/cannot-open.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Values opened most recently, kept in clear: a signing secret is needed for every callback, and opening one costs 20 µs. */
const REMEMBERED = 10_000
/** The context of the value by which a database knows its master key again. On disk: it never changes. */
export const KEY_CHECK = 'vault check'

/** Encrypts what must not be read in the file: secrets and custom headers. */
export interface Encryptor {
  /** Tells master keys apart, and nothing else of them. */
  readonly keyId: string
  /** Seals `text`. `context` says what it belongs to; it opens in no other place. */
  seal(text: string, context: string): string
  /** Throws `CannotOpen` when the value was sealed under another master key, and an Error when it was changed or moved. */
  open(sealed: string, context: string): string
}

/** An encryptor under a master key of 32 bytes. A sealed value is `v1.<key id>.<base64url of nonce, tag, ciphertext>`. */
export function createEncryptor(masterKey: Uint8Array): Encryptor {
  if (masterKey.byteLength !== 32) throw new Error('a master key has 32 bytes')
  const key = createSecretKey(masterKey)
  const keyId = createHash('sha256').update(masterKey).digest('hex').slice(0, 8)
  const opened = new LRUCache<string, string>({ max: REMEMBERED })

  return {
    keyId,

    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(context))
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `v1.${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url')}`
    },

    open(sealed, context) {
      const name = `${context} ${sealed}`
      const known = opened.get(name)
      if (known !== undefined) return known
      const [form, , text] = sealed.split('.')
      if (form !== 'v1' || text === undefined) throw new Error(`the sealed value of ${context} is damaged`)
      assertSealedBy(keyId, sealed)
      const bytes = Buffer.from(text, 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(context))
        decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
        const clear = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        opened.set(name, clear)
        return clear
      } catch (error) {
        throw new Error(`the sealed value of ${context} is damaged`, { cause: error })
      }
    },
  }
}

/** Throws `CannotOpen` for a value that was sealed under another master key than the one with this id. */
export function assertSealedBy(keyId: string, sealed: string): void {
  if (sealed.split('.')[1] !== keyId) throw new CannotOpen('MASTER_KEY is not the key this database was made with')
}

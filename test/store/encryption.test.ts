import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { loadMasterKey, parseMasterKey } from '../../src/store/folder/master-key.ts'
import { createEncryptor } from '../../src/store/rows/encryption.ts'
import { tempFolder } from './temp-folder.ts'

const KEY = new Uint8Array(32).fill(1)

describe('the encryptor', () => {
  it('opens what it sealed, and never seals the same way twice', () => {
    const encryptor = createEncryptor(KEY)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, context) => {
        const sealed = encryptor.seal(text, context)
        expect(encryptor.open(sealed, context)).toBe(text)
        expect(encryptor.seal(text, context)).not.toBe(sealed)
      }),
    )
  })

  it('refuses a value that was moved or changed', () => {
    const encryptor = createEncryptor(KEY)
    const sealed = encryptor.seal('secret', 'a')
    expect(() => encryptor.open(sealed, 'b')).toThrow('the sealed value of b is damaged')
    const last = sealed.at(-1) === 'A' ? 'Q' : 'A'
    expect(() => encryptor.open(sealed.slice(0, -1) + last, 'a')).toThrow('damaged')
    expect(() => encryptor.open(sealed.slice(0, 20), 'a')).toThrow('damaged')
    expect(() => encryptor.open('garbage', 'a')).toThrow('damaged')
  })

  it('names MASTER_KEY when the value was sealed under another key', () => {
    const sealed = createEncryptor(new Uint8Array(32).fill(2)).seal('secret', 'a')
    expect(() => createEncryptor(KEY).open(sealed, 'a')).toThrow(/MASTER_KEY/)
  })
})

describe('the master key', () => {
  it('takes 32 bytes as hex or base64, and derives a key from any longer text', () => {
    const bytes = Buffer.from(KEY)
    expect(parseMasterKey(bytes.toString('hex'))).toEqual(KEY)
    expect(parseMasterKey(` ${bytes.toString('base64')}\n`)).toEqual(KEY)
    expect(parseMasterKey(bytes.toString('base64url'))).toEqual(KEY)
    const phrase = 'correct horse battery staple, twice over'
    expect(parseMasterKey(phrase)).toHaveLength(32)
    expect(parseMasterKey(phrase)).toEqual(parseMasterKey(phrase))
    expect(parseMasterKey(phrase)).not.toEqual(parseMasterKey(`${phrase}!`))
  })

  it('refuses a short one without showing it', () => {
    expect(() => parseMasterKey('too-short-canary')).toThrow(/MASTER_KEY/)
    expect(() => parseMasterKey('too-short-canary')).not.toThrow(/canary/)
  })

  it('is made once, for its owner alone, when the folder has none', () => {
    const dataDir = tempFolder()
    const key = loadMasterKey({ dataDir })
    expect(statSync(join(dataDir, 'master.key')).mode & 0o777).toBe(0o600)
    expect(loadMasterKey({ dataDir })).toEqual(key)
  })

  it('comes from the setting alone when there is one', () => {
    const dataDir = tempFolder()
    expect(loadMasterKey({ masterKey: Buffer.from(KEY).toString('hex'), dataDir })).toEqual(KEY)
    expect(existsSync(join(dataDir, 'master.key'))).toBe(false)
  })

  it('is not made anew beside a database', () => {
    const dataDir = tempFolder()
    loadMasterKey({ dataDir })
    rmSync(join(dataDir, 'master.key'))
    writeFileSync(databasePath(dataDir), 'x')
    expect(() => loadMasterKey({ dataDir })).toThrow(/master\.key is missing/)
  })

  it('refuses a key file that cannot be read', () => {
    const dataDir = tempFolder()
    mkdirSync(join(dataDir, 'master.key'))
    expect(() => loadMasterKey({ dataDir })).toThrow(/^.*master\.key cannot be read/)
  })

  it('refuses a damaged key file', () => {
    const dataDir = tempFolder()
    loadMasterKey({ dataDir })
    const file = join(dataDir, 'master.key')
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20))
    expect(() => loadMasterKey({ dataDir })).toThrow(/does not hold a key/)
  })
})

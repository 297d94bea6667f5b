/** What a database keeps of itself in `meta`. */
import { randomBytes } from 'node:crypto'
import type { Driver } from '../driver/driver.ts'
import { type Encryptor, KEY_CHECK } from '../rows/encryption.ts'
import { addMeta } from '../steps/change.ts'

/** The key in `meta` of the id that tells installations apart. */
export const INSTALLATION = 'installation'
const KEY_CHECK_VALUE = 'vault_check'

/**
 * The first to open a database leaves an id and a value that its encryptor has sealed; of several at once, one is the first. Throws
 * `CannotOpen` for an encryptor that has another key than the first.
 */
export async function identify(driver: Driver, encryptor: Encryptor): Promise<void> {
  const value = (key: string) => driver.read('meta', key)
  if ((await value(KEY_CHECK_VALUE)) === undefined) await driver.write(addMeta(KEY_CHECK_VALUE, encryptor.seal('ringback', KEY_CHECK)))
  encryptor.open((await value(KEY_CHECK_VALUE))?.value ?? '', KEY_CHECK)
  if ((await value(INSTALLATION)) === undefined) await driver.write(addMeta(INSTALLATION, randomBytes(8).toString('hex')))
}

/** What a database keeps of itself in `meta`. */
import { randomBytes } from 'node:crypto'
import type { Driver } from '../driver/driver.ts'
import { type Encryptor, KEY_CHECK } from '../rows/encryption.ts'
import { putMeta } from '../steps/change.ts'

/** The key in `meta` of the id that tells installations apart. */
export const INSTALLATION = 'installation'
const KEY_CHECK_VALUE = 'vault_check'

/**
 * The first to open a database leaves an id and a value that its encryptor has sealed. Throws `CannotOpen` for an encryptor that has
 * another key than the first.
 */
export async function identify(driver: Driver, encryptor: Encryptor): Promise<void> {
  const sealed = await driver.read('meta', KEY_CHECK_VALUE)
  if (sealed !== undefined) encryptor.open(sealed.value, KEY_CHECK)
  else await driver.write(putMeta(KEY_CHECK_VALUE, encryptor.seal('ringback', KEY_CHECK)))
  if ((await driver.read('meta', INSTALLATION)) === undefined) await driver.write(putMeta(INSTALLATION, randomBytes(8).toString('hex')))
}

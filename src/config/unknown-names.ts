import { nearest } from '../domain/nearest.ts'
import { ConfigError } from './config-error.ts'
import { type Env, settingsOf } from './setting.ts'
import { SETTINGS } from './settings.ts'

/** A name that begins so and is no setting is a slip: it would do nothing, and nobody would notice. */
const OWN_PREFIXES = ['CALLBACK_', 'JOB_', 'HANDLER', 'UPSTREAM', 'RINGBACK_']
/** Variables of the client, which often stand in the same environment. */
const CLIENT_NAMES = ['RINGBACK_URL', 'RINGBACK_API_KEY']

/** Throws `ConfigError` for a variable that looks like a setting and is none. @param set the variables that have a value */
export function refuseUnknownNames(set: Env): void {
  const known = settingsOf(SETTINGS).map((one) => one.name)
  for (const name of Object.keys(set)) {
    const prefix = OWN_PREFIXES.find((start) => name.startsWith(start))
    if (prefix === undefined || known.includes(name) || CLIENT_NAMES.includes(name)) continue
    const near = nearest(name, known)
    const family = known.filter((one) => one.startsWith(prefix)).join(', ')
    const suggestion = near === undefined ? family && `; there are ${family}` : `; did you mean ${near}?`
    throw new ConfigError(name, `is not a setting${suggestion}`)
  }
}

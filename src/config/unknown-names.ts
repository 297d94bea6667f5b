import { nearest } from '../domain/nearest.ts'
import { ConfigError } from './config-error.ts'
import { type Env, settingsOf } from './setting.ts'
import { SETTINGS } from './settings.ts'

/** Variables of servers for which this build has no adapter. */
export const NOT_IN_THIS_BUILD: Readonly<Record<string, string>> = {
  DATABASE_URL: 'is set, but this build keeps its data in SQLite only',
}

/** A name that begins so and is no setting is a slip: it would do nothing, and nobody would notice. */
const OWN_PREFIXES = ['CALLBACK_', 'JOB_', 'HANDLER', 'UPSTREAM', 'RINGBACK_']
/** Variables of the client, which often stand in the same environment. */
const CLIENT_NAMES = ['RINGBACK_URL', 'RINGBACK_API_KEY']

/** Throws `ConfigError` for a variable that looks like a setting and is none. @param set the variables that have a value */
export function refuseUnknownNames(set: Env): void {
  for (const [name, detail] of Object.entries(NOT_IN_THIS_BUILD)) {
    for (const variable of [name, `${name}_FILE`]) if (set[variable] !== undefined) throw new ConfigError(variable, detail)
  }
  const known = [...settingsOf(SETTINGS).map((one) => one.name), ...Object.keys(NOT_IN_THIS_BUILD)]
  for (const name of Object.keys(set)) {
    const prefix = OWN_PREFIXES.find((start) => name.startsWith(start))
    if (prefix === undefined || known.includes(name) || CLIENT_NAMES.includes(name)) continue
    const near = nearest(name, known)
    const family = known.filter((one) => one.startsWith(prefix)).join(', ')
    const suggestion = near === undefined ? family && `; there are ${family}` : `; did you mean ${near}?`
    throw new ConfigError(name, `is not a setting${suggestion}`)
  }
}

/** Which service is asked, and with which key: the variables, else the profile. */
import { UsageError } from '../world/ends.ts'
import type { World } from '../world/world.ts'
import { readProfiles } from './profile-file.ts'

/** Where `ringback serve` listens unless it is told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:3000'
/** The profile that is meant when none is named. */
export const DEFAULT_PROFILE = 'default'

/** One service, and as whom it is asked. */
export interface ServiceChoice {
  url: string
  /** Undefined: no key is sent. */
  key: string | undefined
  /** Where the key comes from, for `doctor`. */
  keyFrom: string
}

/**
 * `name` undefined: variables come before the default profile; named, the profile comes first. A profile's key goes to that profile's
 * service alone, never to another URL that RINGBACK_URL names.
 */
export function chooseService(world: World, name: string | undefined): ServiceChoice {
  const { RINGBACK_URL, RINGBACK_API_KEY } = world.env
  const isWhole = RINGBACK_URL && RINGBACK_API_KEY && name === undefined
  const profiles = isWhole ? {} : readProfiles(world)
  const profile = Object.hasOwn(profiles, name ?? DEFAULT_PROFILE) ? profiles[name ?? DEFAULT_PROFILE] : undefined
  if (name !== undefined) {
    if (profile === undefined) throw new UsageError(`there is no profile ${name}; run ringback login --profile ${name}`)
    return { ...profile, url: checkUrl(profile.url, 'the profile’s URL'), keyFrom: `profile ${name}` }
  }
  const url = checkUrl(RINGBACK_URL || profile?.url || DEFAULT_URL, RINGBACK_URL ? 'RINGBACK_URL' : 'the profile’s URL')
  if (RINGBACK_API_KEY) return { url, key: RINGBACK_API_KEY, keyFrom: 'RINGBACK_API_KEY' }
  const fits = profile !== undefined && serverOf(profile.url) === serverOf(url)
  return { url, key: fits ? profile.key : undefined, keyFrom: fits ? 'the default profile' : 'nowhere' }
}

/** What makes two URLs the same service. */
export function serverOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname.replace(/\/+$/, '')}`
}

/** Throws a UsageError that names `what` for a URL that no client can ask; the URL is not repeated, as it may hold a password. */
export function checkUrl(url: string, what: string): string {
  const parsed = URL.parse(url)
  const ok = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === ''
  if (!ok) throw new UsageError(`${what} must be a URL such as ${DEFAULT_URL}, without a password`)
  return url
}

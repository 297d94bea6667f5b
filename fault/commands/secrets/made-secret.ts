/** Secrets that the service makes. Pure. */

/**
 * What comes before the secret part. Of a key the first characters are shown in lists; the claims of a token are ids and times, which
 * stand everywhere; a portal code begins with how long its session lasts.
 */
const OPEN_PART = /^(?:rbk_.{8}|rbt_[^.]+\.|whsec_|\d+\.)/

/** The forms in which the secret part of a text is known: as it is written and, where it is base64, its bytes. */
export function formsOfMade(text: string): Buffer[] {
  const secret = text.replace(OPEN_PART, '')
  const written = Buffer.from(secret)
  return text.startsWith('rbk_') ? [written] : [written, Buffer.from(secret, 'base64')]
}

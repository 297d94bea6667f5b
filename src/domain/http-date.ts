/**
 * Dates as HTTP peers write them. RFC 9110 section 5.6.7 has three forms that end in GMT; in the wild the first one also ends
 * in the zones of RFC 5322, and ISO 8601 is met. All that names one moment is read, in any case.
 */
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const DAY_NAME = '(?:mon|tue|wed|thu|fri|sat|sun)'
const TIME = '(?<hour>\\d{2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?'
/** Hours from UTC that a zone's name means (RFC 5322 section 4.3). */
const ZONES: Readonly<Record<string, number>> = {
  gmt: 0,
  utc: 0,
  ut: 0,
  z: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
}
const ZONE = `(?<zone>${Object.keys(ZONES).join('|')}|[+-]\\d{2}:?\\d{2})`

const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT (RFC 9110), with what RFC 5322 allows: no day's name, one digit for the day, no seconds, any zone
  `(?:${DAY_NAME}, ?)?(?<day>\\d{1,2}) ${MONTH} (?<year>\\d{4}) ${TIME} ?${ZONE}`,
  // Sunday, 06-Nov-94 08:49:37 GMT (RFC 850)
  `[a-z]{3,6}day, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}|\\d{4}) ${TIME} ${ZONE}`,
  // Sun Nov  6 08:49:37 1994 (asctime, which names no zone and means GMT)
  `${DAY_NAME} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
  // 1994-11-06T08:49:37Z (ISO 8601)
  `(?<year>\\d{4})-(?<monthNumber>\\d{2})-(?<day>\\d{2})[t ]${TIME}(?:[.,](?<fraction>\\d{1,9}))? ?${ZONE}`,
].map((form) => new RegExp(`^${form}$`))

/**
 * Milliseconds since the epoch, a fraction of one rounded up; undefined for anything that does not name one moment. `now` settles
 * years of two digits.
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const lower = text.toLowerCase()
  const parts = FORMS.map((form) => form.exec(lower)?.groups).find((groups) => groups !== undefined)
  if (parts === undefined) return undefined
  const month = parts.monthNumber === undefined ? MONTHS.indexOf(parts.month ?? '') : Number(parts.monthNumber) - 1
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second ?? 0].map(Number) as [
    number,
    number,
    number,
    number,
  ]
  const midnight = new Date(Date.UTC(fullYear(parts.year ?? '', now), month, day))
  // A second of 60 is a leap second. A day that the month does not have has moved on to another month.
  if (hour > 23 || minute > 59 || second > 60 || midnight.getUTCMonth() !== month || midnight.getUTCDate() !== day) return undefined
  const offset = offsetMinutes(parts.zone ?? 'gmt')
  if (offset === undefined) return undefined
  return (
    midnight.getTime() +
    ((hour * 60 + minute - offset) * 60 + second) * 1000 +
    Math.ceil(Number((parts.fraction ?? '').padEnd(9, '0')) / 1e6)
  )
}

/** Two digits stand for the year that is not more than 50 years ahead (RFC 9110 section 5.6.7). */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits)
  const thisYear = new Date(now).getUTCFullYear()
  const year = Math.floor(thisYear / 100) * 100 + Number(digits)
  return year > thisYear + 50 ? year - 100 : year
}

function offsetMinutes(zone: string): number | undefined {
  const named = ZONES[zone]
  if (named !== undefined) return named * 60
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

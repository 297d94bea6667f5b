/** Which values a failure may carry as its details. Pure. */

/** Objects and arrays within each other. */
const MAX_DEPTH = 100

/** Whether JSON can write it and gives back the same, and nothing in it lies deeper than a hundred levels. */
export function isJson(value: unknown, depth: number = MAX_DEPTH): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth === 0) return false
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.values(value).every((member) => isJson(member, depth - 1))
}

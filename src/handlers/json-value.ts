/** Which values a failure may carry as its details. */

/** Levels of objects and arrays within one another. */
const MAX_DEPTH = 100

/** Whether JSON can write a value and reads back the same one, and nothing in it is nested deeper than `depth` levels. */
export function isJson(value: unknown, depth: number = MAX_DEPTH): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth === 0) return false
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.values(value).every((member) => isJson(member, depth - 1))
}

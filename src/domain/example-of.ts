/** A value that fits a JSON Schema, for whoever wants to see one before reading the schema. */
import { pointerPath } from './json-pointer.ts'

type Schema = Readonly<Record<string, unknown>>

/** Schemas may refer to themselves; deeper than this, a value is cut short. */
const MAX_DEPTH = 8

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2026-12-01T00:00:00Z',
  date: '2026-12-01',
  time: '00:00:00Z',
  duration: 'PT1M',
  email: 'somebody@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '019a9e3c-5d2f-7a10-b5c3-d4e5f6071829',
}

/**
 * The schema's own example when it has one, or else the smallest value made of its required members. A schema may ask for more
 * than can be seen in it (a pattern, a condition over members): whoever relies on the value checks it.
 */
export function exampleOf(schema: unknown): unknown {
  return make(schema, isObject(schema) ? schema : {}, 0)
}

function make(schema: unknown, root: Schema, depth: number): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0]
  for (const name of ['example', 'const', 'default']) if (name in schema) return schema[name]
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const other = alternative(schema, root)
  if (other !== undefined) return make(other, root, depth + 1)
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string':
      return text(schema)
    case 'integer':
    case 'number':
      return number(schema)
    case 'boolean':
      return true
    case 'array':
      return list(schema, root, depth)
    case 'null':
      return null
    default:
      return members(schema, root, depth)
  }
}

/** The schema that stands for this one: what it refers to, or the first of what it may be. */
function alternative(schema: Schema, root: Schema): unknown {
  if (typeof schema.$ref === 'string') return lookUp(root, schema.$ref)
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const choices = schema[name]
    if (Array.isArray(choices) && choices.length > 0) return name === 'allOf' ? merged(choices, root) : choices[0]
  }
  return undefined
}

function merged(parts: readonly unknown[], root: Schema): Schema {
  const schemas = parts.map((part) => (isObject(part) && typeof part.$ref === 'string' ? lookUp(root, part.$ref) : part)).filter(isObject)
  const properties = Object.assign({}, ...schemas.map((part) => part.properties ?? {}))
  return { ...Object.assign({}, ...schemas), properties, required: schemas.flatMap((part) => part.required ?? []) }
}

/** What a reference inside the same schema (`#/$defs/…`, RFC 6901) names. */
function lookUp(root: Schema, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined
  return pointerPath(reference.slice(1)).reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), root)
}

function text({ format, minLength }: Schema): string {
  const plain = (typeof format === 'string' ? BY_FORMAT[format] : undefined) ?? 'text'
  return plain.padEnd(typeof minLength === 'number' ? Math.min(minLength, 1000) : 0, 'x')
}

function number({ minimum, exclusiveMinimum, maximum, multipleOf }: Schema): number {
  const step = typeof multipleOf === 'number' ? multipleOf : 1
  if (typeof exclusiveMinimum === 'number') return step * (Math.floor(exclusiveMinimum / step) + 1)
  // Whole numbers of JavaScript are bounded by themselves: such a bound says nothing.
  if (typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER) return step * Math.ceil(minimum / step)
  return typeof maximum === 'number' ? Math.min(step, maximum) : step
}

function list({ items, prefixItems, minItems }: Schema, root: Schema, depth: number): unknown[] {
  if (Array.isArray(prefixItems)) return prefixItems.map((item) => make(item, root, depth + 1))
  const count = typeof minItems === 'number' ? Math.min(minItems, 100) : 0
  return Array.from({ length: count }, () => make(items, root, depth + 1))
}

function members({ properties, required }: Schema, root: Schema, depth: number): Record<string, unknown> {
  const names = Array.isArray(required) ? required : []
  const schemas = isObject(properties) ? properties : {}
  return Object.fromEntries(names.map((name) => [name, make(schemas[name], root, depth + 1)]))
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

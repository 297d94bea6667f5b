/**
 * What the OpenAPI document says about payloads to a reader with a key: a submit for each `type`, with the schema and an example of its
 * payload.
 */
import { exampleOf } from '../../domain/example-of.ts'
import type { JobType } from '../../ports/executor.ts'

type Schemas = Record<string, unknown>

/** Parts of the document. */
export interface TypedSubmits {
  /** Components by name. */
  schemas: Schemas
  /** The schema of the body. */
  schema: object
  /** By job type. */
  examples: Record<string, { summary: string; value: object }>
}

/**
 * The parts that describe a submit of these types.
 *
 * @param base a reference to the schema of every submit
 */
export function typedSubmits(types: readonly JobType[], base: object): TypedSubmits {
  const schemas: Schemas = {}
  const mapping: Record<string, string> = {}
  const examples: TypedSubmits['examples'] = {}
  for (const { type, inputSchema } of types) {
    const [submit, payload] = [`SubmitJob.${type}`, `Payload.${type}`]
    schemas[payload] = inputSchema === null ? {} : relocated(inputSchema, componentRef(payload))
    const required = inputSchema === null ? ['type'] : ['type', 'payload']
    const properties = { type: { type: 'string', const: type }, payload: { $ref: componentRef(payload) } }
    schemas[submit] = { allOf: [base, { type: 'object', required, properties }] }
    mapping[type] = componentRef(submit)
    examples[type] = { summary: type, value: { type, payload: inputSchema === null ? {} : exampleOf(inputSchema) } }
  }
  const oneOf = Object.values(mapping).map(($ref) => ({ $ref }))
  return { schemas, schema: { oneOf, discriminator: { propertyName: 'type', mapping } }, examples }
}

function componentRef(name: string): string {
  return `#/components/schemas/${name}`
}

/** A schema moved to `place` of a larger document, with its references to itself. */
function relocated(schema: unknown, place: string): unknown {
  if (Array.isArray(schema)) return schema.map((part) => relocated(part, place))
  if (typeof schema !== 'object' || schema === null) return schema
  const members = Object.entries(schema).filter(([name]) => name !== '$schema')
  return Object.fromEntries(
    members.map(([name, value]) => {
      const isRef = name === '$ref' && typeof value === 'string' && value.startsWith('#')
      return [name, isRef ? `${place}${value.slice(1)}` : relocated(value, place)]
    }),
  )
}

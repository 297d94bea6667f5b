/** In the thread: payloads against the JSON Schemas that the operator gave upstreams. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { cutText } from '../../domain/cut.ts'
import type { Fault } from '../../domain/errors.ts'
import { jsonPointer } from '../../domain/json-pointer.ts'
import type { InputSchema } from '../messages.ts'
import { parsePayload } from './check-payload.ts'
import { BadModule } from './load-modules.ts'

/** More would only make the answer long. */
const MAX_FAULTS = 100
/** UTF-16 units: a message may quote the schema. */
const MAX_DETAIL = 1000
/** What a schema may say beyond the drafts is an annotation, `format` among it (JSON Schema 2020-12, validation, section 7.2.1). */
const OPTIONS = { allErrors: true, strict: false, validateFormats: false, logger: false } as const

export type SchemaChecks = ReadonlyMap<string, (payload: Uint8Array) => Fault[]>

/** The check of each job type. Throws BadModule for the first schema that is none; a `$ref` to another document is none. */
export function compileSchemas(schemas: readonly InputSchema[]): SchemaChecks {
  return new Map(schemas.map(({ type, schema }) => [type, checkOf(compile(type, schema))]))
}

function compile(type: string, schema: object | boolean): ValidateFunction {
  try {
    return compilerOf(schema).compile(schema)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BadModule('UPSTREAMS_FILE', `${type} has input_schema, which cannot be used: ${cutText(reason, MAX_DETAIL)}`)
  }
}

/** The draft that `$schema` names; 2020-12 where it names none. */
function compilerOf(schema: object | boolean): Ajv | Ajv2019 | Ajv2020 {
  const draft = typeof schema === 'object' && '$schema' in schema ? String(schema.$schema) : ''
  if (/draft-0[67]\//.test(draft)) return new Ajv(OPTIONS)
  return draft.includes('2019-09') ? new Ajv2019(OPTIONS) : new Ajv2020(OPTIONS)
}

function checkOf(validate: ValidateFunction): (payload: Uint8Array) => Fault[] {
  return (payload) => (validate(parsePayload(payload)) ? [] : (validate.errors ?? []).slice(0, MAX_FAULTS).map(faultOf))
}

/** At the member that is missing or too much, not at the object around it. */
function faultOf({ instancePath, message, params }: ErrorObject): Fault {
  const { missingProperty, additionalProperty, unevaluatedProperty } = params as Record<string, unknown>
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty
  const detail = missingProperty === undefined ? cutText(message ?? 'is not what the schema asks for', MAX_DETAIL) : 'is required'
  if (typeof member !== 'string') return { pointer: instancePath, detail }
  return { pointer: instancePath + jsonPointer([member]), detail }
}

/** Checks payloads against the JSON Schemas that the operator gave upstreams. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { cutText } from '../../domain/cut.ts'
import type { Fault } from '../../domain/errors.ts'
import { jsonPointer } from '../../domain/json-pointer.ts'
import type { InputSchema } from '../messages.ts'
import { parsePayload } from './check-payload.ts'
import { InvalidModule } from './load-modules.ts'

/** The most faults that are reported. */
const MAX_FAULTS = 100
/** UTF-16 units of a fault's detail, which may quote the schema. */
const MAX_DETAIL = 1000
/** Keywords outside the drafts are annotations, and so is `format` (JSON Schema 2020-12, validation, section 7.2.1). */
const OPTIONS = { allErrors: true, strict: false, validateFormats: false, logger: false } as const

/** The check of each job type: it takes a payload and returns what is wrong with it. */
export type SchemaChecks = ReadonlyMap<string, (payload: Uint8Array) => Fault[]>

/**
 * Compiles the schema of each type. Throws InvalidModule for the first that cannot be used, such as one with a `$ref` to another
 * document.
 */
export function compileSchemas(schemas: readonly InputSchema[]): SchemaChecks {
  return new Map(schemas.map(({ type, schema }) => [type, checkOf(compile(type, schema))]))
}

function compile(type: string, schema: object | boolean): ValidateFunction {
  try {
    return compilerOf(schema).compile(schema)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidModule('UPSTREAMS_FILE', `${type} has input_schema, which cannot be used: ${cutText(reason, MAX_DETAIL)}`)
  }
}

/** The compiler of the draft that `$schema` names, or of 2020-12 when it names none. */
function compilerOf(schema: object | boolean): Ajv | Ajv2019 | Ajv2020 {
  const draft = typeof schema === 'object' && '$schema' in schema ? String(schema.$schema) : ''
  if (/draft-0[67]\//.test(draft)) return new Ajv(OPTIONS)
  return draft.includes('2019-09') ? new Ajv2019(OPTIONS) : new Ajv2020(OPTIONS)
}

function checkOf(validate: ValidateFunction): (payload: Uint8Array) => Fault[] {
  return (payload) => (validate(parsePayload(payload)) ? [] : (validate.errors ?? []).slice(0, MAX_FAULTS).map(faultOf))
}

/** Points at the member that is missing or unknown, instead of the object around it. */
function faultOf({ instancePath, message, params }: ErrorObject): Fault {
  const { missingProperty, additionalProperty, unevaluatedProperty } = params as Record<string, unknown>
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty
  const detail = missingProperty === undefined ? cutText(message ?? 'is not what the schema asks for', MAX_DETAIL) : 'is required'
  if (typeof member !== 'string') return { pointer: instancePath, detail }
  return { pointer: instancePath + jsonPointer([member]), detail }
}

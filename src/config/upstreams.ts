/** Job types done by HTTP endpoints: the short form `UPSTREAMS` and the file that `UPSTREAMS_FILE` names. */
import { resolve } from 'node:path'
import { canonicalHeaders, checkHeaders } from '../domain/callback-headers.ts'
import { DURATION_EXAMPLES, parseDuration } from '../domain/duration.ts'
import { isJobTypeName } from '../domain/job-type-name.ts'
import { nearest } from '../domain/nearest.ts'
import type { Upstream } from '../domain/upstream.ts'
import { readJsonObject } from './json-file.ts'
import { BadValue, items, LONGEST_TIMER, webUrl } from './values.ts'

type Members = Omit<Upstream, 'type' | 'url'>

const PLAIN: Members = {
  cancelUrl: null,
  timeoutMs: null,
  maxAttempts: null,
  concurrency: null,
  steps: [],
  inputSchema: null,
  headers: {},
}

/** Ours on every request, beside those no callback may set either. */
const OUR_HEADERS = ['idempotency-key', 'traceparent', 'tracestate']

/** Reads each member of a type's object; the words of a `BadValue` follow the member's name. */
const MEMBERS: Readonly<Record<string, (value: unknown) => Partial<Upstream>>> = {
  url: (value) => ({ url: webUrl(text(value)).href }),
  cancel_url: (value) => ({ cancelUrl: cancelUrl(text(value)) }),
  timeout: (value) => ({ timeoutMs: timeout(value) }),
  attempts: (value) => ({ maxAttempts: wholeNumber(value, 1000) }),
  concurrency: (value) => ({ concurrency: wholeNumber(value, 10_000) }),
  steps: (value) => ({ steps: steps(value) }),
  input_schema: (value) => ({ inputSchema: schema(value) }),
  headers: (value) => ({ headers: headers(value) }),
}

/** `type=url,type=url`. */
export function upstreams(value: string): readonly Upstream[] {
  const list = items(value).map((item) => {
    const [, type, target] = /^([^\s=]+)=(.+)$/.exec(item) ?? []
    if (type === undefined || target === undefined) throw new BadValue('must be a list of type=url; a comma inside a URL is written %2C')
    if (!isJobTypeName(type)) throw new BadValue(NO_TYPE_NAME)
    return { ...PLAIN, type, url: webUrl(target).href }
  })
  if (new Set(list.map((item) => item.type)).size < list.length) throw new BadValue('names a job type twice')
  return list
}

/** The upstreams of a JSON file, an object by job type. A refusal names the file, the type and the member, and shows no value. */
export function upstreamsFile(path: string): readonly Upstream[] {
  return Object.entries(readJsonObject(path)).map(([type, members]) => {
    const fault = (detail: string) => new BadValue(`${resolve(path)}: ${isJobTypeName(type) ? type : 'a job type'} ${detail}`)
    if (!isJobTypeName(type)) throw fault(NO_TYPE_NAME)
    if (!isPlainObject(members)) throw fault('must be an object with a url')
    const read = Object.entries(members).map(([member, value]) => {
      const parse = Object.hasOwn(MEMBERS, member) ? MEMBERS[member] : undefined
      if (parse === undefined) throw fault(`has a member that is none: ${JSON.stringify(member)}${suggestion(member)}`)
      try {
        return parse(value)
      } catch (error) {
        throw error instanceof BadValue ? fault(`has ${member}, which ${error.message}`) : error
      }
    })
    const { url, ...rest }: Partial<Upstream> = Object.assign({}, ...read)
    if (url === undefined) throw fault('needs a url')
    return { ...PLAIN, ...rest, type, url }
  })
}

const NO_TYPE_NAME = 'must be named with 1 to 128 letters, digits, ".", "_" or "-", the first a letter or a digit'

function suggestion(member: string): string {
  const near = nearest(member, Object.keys(MEMBERS))
  return near === undefined ? `; there are ${Object.keys(MEMBERS).join(', ')}` : `; did you mean ${near}?`
}

function cancelUrl(template: string): string {
  if (!template.includes('{job_id}')) throw new BadValue('must hold {job_id}')
  const url = webUrl(template.replaceAll('{job_id}', 'job_id'))
  if (!`${url.pathname}${url.search}`.includes('job_id')) throw new BadValue('must hold {job_id} in its path or query')
  return template
}

function timeout(value: unknown): number {
  const ms = parseDuration(text(value))
  if (ms === undefined) throw new BadValue(`must be a duration such as ${DURATION_EXAMPLES}`)
  if (ms < 1 || ms > LONGEST_TIMER) throw new BadValue(`must be from 1ms to ${LONGEST_TIMER / 86_400_000}d`)
  return ms
}

function wholeNumber(value: unknown, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new BadValue(`must be a whole number from 1 to ${max}`)
}

function steps(value: unknown): readonly string[] {
  const isName = (step: unknown) => typeof step === 'string' && step !== '' && step.length <= 100
  if (!Array.isArray(value) || value.length > 200 || !value.every(isName)) throw new BadValue('must be a list of at most 200 names')
  if (new Set(value).size < value.length) throw new BadValue('must not repeat a name')
  return value
}

function schema(value: unknown): object | boolean {
  if (typeof value === 'boolean' || isPlainObject(value)) return value
  throw new BadValue('must be a JSON Schema: an object, true or false')
}

function headers(value: unknown): Readonly<Record<string, string>> {
  const given = isPlainObject(value) ? Object.entries(value) : []
  if (!isPlainObject(value) || !given.every(([, one]) => typeof one === 'string')) throw new BadValue('must be an object of strings')
  const canonical = canonicalHeaders(value as Record<string, string>)
  const [fault] = checkHeaders(value as Record<string, string>)
  if (fault !== undefined)
    throw new BadValue(fault.pointer === '' ? fault.detail : `names ${JSON.stringify(fault.pointer.slice(1))}, which ${fault.detail}`)
  const ours = OUR_HEADERS.find((name) => Object.hasOwn(canonical, name))
  if (ours !== undefined) throw new BadValue(`names "${ours}", which is a header that cannot be set`)
  return canonical
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new BadValue('must be a text')
  return value
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

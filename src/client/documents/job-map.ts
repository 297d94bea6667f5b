/**
 * Types of payloads and results, taken from handlers by `import type` alone. They are read from the shape of what `defineJob` returns, so
 * that no code and no library of the handlers comes along.
 */

/** Jobs of which nothing is known: any type, any payload. */
export type AnyJobs = Record<string, unknown>

/** What a job type takes: the input of its schema. */
export type PayloadOf<Definition> = Definition extends { readonly input: infer Schema } ? SchemaInput<NonNullable<Schema>> : unknown

type SchemaInput<Schema> = Schema extends { readonly _zod: { readonly input: infer Payload } } ? Payload : unknown

/** What the handler of a job type returns. */
type OutputOf<Definition> = Definition extends { run(...args: never[]): infer Output } ? Awaited<Output> : unknown

/** What `content(…)` makes, by its shape. */
interface Content {
  readonly bytes: Uint8Array
  readonly type: string
  readonly filename: string | undefined
}

/** A result that is no JSON: its bytes and media type. */
export interface ContentResult {
  bytes: Uint8Array
  contentType: string
  filename?: string
}

/** What `result()` gives: JSON as its value, `content(…)` as its bytes, `location(…)` as its URL. */
export type ResultOf<Definition> = ClientResult<OutputOf<Definition>>

type ClientResult<Output> = Output extends Content ? ContentResult : JsonOf<Output>

/** What stands in `result` of the job document: JSON alone. */
export type InlineResult<Definition> = JsonOf<Exclude<OutputOf<Definition>, Content>>

/** A value as it comes out of JSON. */
export type JsonOf<T> = T extends { toJSON(): infer Json }
  ? JsonOf<Json>
  : T extends (...args: never[]) => unknown
    ? never
    : T extends object
      ? { [Member in keyof T]: JsonOf<T[Member]> }
      : // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing has the result null
        T extends undefined | void
        ? null
        : T

/** A write as data: the name of a statement with its parameters by name. The text behind the name belongs to the SQL dialect. */

/** A value that a parameter takes. Flags are 0 or 1. */
export type Param = string | number | null | Uint8Array

/** Parameters by name. */
export type Params = Readonly<Record<string, Param>>

/** One statement of a commit. */
export interface Step<Name extends string = string> {
  statement: Name
  params: Params
}

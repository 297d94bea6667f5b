/** A write as data: the name of a statement with its parameters by name. The text behind the name belongs to the SQL dialect. */

export type Param = string | number | null | Uint8Array

export type Params = Readonly<Record<string, Param>>

export interface Step<Name extends string = string> {
  statement: Name
  params: Params
}

/** A set of reads as this dialect answers them: later. */
export type Answers<Reads> = {
  [Name in keyof Reads]: Reads[Name] extends (...params: infer Asked) => infer Answer ? (...params: Asked) => Promise<Answer> : never
}

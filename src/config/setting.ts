/** One environment variable, a table of them, and what such a table is read to. */

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>

/** One variable: `T` is its value. */
export interface Setting<T> {
  name: string
  /** The default as the documentation shows it. */
  shown: string
  about: string
  /** `NAME_FILE` may name a file that holds the value, and handler modules never see either. */
  isSecret: boolean
  /** Undefined: the variable is not set. Throws `BadValue`. */
  read(text: string | undefined): T
}

/** Settings by name, in groups. */
export interface SettingTable {
  readonly [member: string]: Setting<unknown> | SettingTable
}

/** The values of a table, in the same groups. */
export type ValuesOf<T> = T extends Setting<infer Value> ? Value : { readonly [Member in keyof T]: ValuesOf<T[Member]> }

/** A variable with a default that is written like a value. */
export function setting<T>(name: string, standard: string, about: string, parse: (text: string) => T): Setting<T> {
  return { name, shown: `\`${standard}\``, about, isSecret: false, read: (text) => parse(text ?? standard) }
}

/** A variable that gives null when it is not set; `shown` says in words what happens then. */
export function optional<T>(name: string, shown: string, about: string, parse: (text: string) => T): Setting<T | null> {
  return { name, shown, about, isSecret: false, read: (text) => (text === undefined ? null : parse(text)) }
}

/** A variable that gives an empty list when it is not set. */
export function list<T>(name: string, about: string, parse: (text: string) => readonly T[]): Setting<readonly T[]> {
  return { name, shown: 'none', about, isSecret: false, read: (text) => (text === undefined ? [] : parse(text)) }
}

/** The same variable, holding a secret. */
export function secretOf<T>(one: Setting<T>): Setting<T> {
  return { ...one, isSecret: true }
}

/** Every setting of a table, in its order. */
export function settingsOf(table: SettingTable): readonly Setting<unknown>[] {
  return Object.values(table).flatMap((member) => (isSetting(member) ? [member] : settingsOf(member)))
}

/** Reads every setting of a table with `read`. */
export function readTable<T extends SettingTable>(table: T, read: <Value>(one: Setting<Value>) => Value): ValuesOf<T> {
  const values = Object.entries(table).map(([name, member]) => [name, isSetting(member) ? read(member) : readTable(member, read)])
  return Object.fromEntries(values) as ValuesOf<T>
}

function isSetting(member: Setting<unknown> | SettingTable): member is Setting<unknown> {
  return typeof member.read === 'function'
}

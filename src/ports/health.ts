/** Whether an adapter works. */
export interface Health {
  ok: boolean
  /** Why not, for the operator. */
  reason: string | null
  details: Readonly<Record<string, string | number | boolean>>
}

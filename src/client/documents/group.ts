/** The document of a group as it stands on the wire. */
export interface GroupDocument {
  name: string
  /** `closed`: no more will come. `completed`: and all have ended. */
  status: 'open' | 'closed' | 'completed'
  created_at: string
  closed_at: string | null
  completed_at: string | null
  /** Submitted in all. */
  jobs: number
  counts: { pending: number; running: number; completed: number; failed: number; canceled: number }
}

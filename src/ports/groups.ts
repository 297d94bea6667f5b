import type { Group } from '../domain/group.ts'

/** Reads of groups. */
export interface GroupReads {
  find(tenantId: string, name: string): Promise<Group | null>
  /** Jobs of the group that run now. */
  countRunning(tenantId: string, name: string): Promise<number>
}

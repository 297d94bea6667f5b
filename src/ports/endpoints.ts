import type { Endpoint } from '../domain/endpoint.ts'
import type { Page, PageQuery } from './page.ts'

/** Reads of endpoints. */
export interface EndpointReads {
  find(id: string): Promise<Endpoint | null>
  /** All of a tenant, oldest first. Read at every job's end: cheap when there is none. */
  ofTenant(tenantId: string): Promise<Endpoint[]>
  list(query: PageQuery): Promise<Page<Endpoint>>
}

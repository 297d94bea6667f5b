/** Every page and action of the dashboard that needs a session. */
import { accessPage, tenantPage } from './access.ts'
import { accessActions } from './access-actions.ts'
import { auditPage, sessionsPage } from './audit.ts'
import { deliveriesPage } from './deliveries.ts'
import { deliveryPage } from './delivery.ts'
import { deliveryActions } from './delivery-actions.ts'
import { destinationPages } from './destinations.ts'
import { endpointActions } from './endpoint-actions.ts'
import { endpointPage, endpointsPage } from './endpoints.ts'
import { eventPage, eventsPage } from './events.ts'
import { findPage } from './find.ts'
import { homePage } from './home.ts'
import { jobPage } from './job.ts'
import { jobActions } from './job-actions.ts'
import { payloadBytes, resultBytes } from './job-bytes.ts'
import { jobTypePages } from './job-types.ts'
import { jobsPage } from './jobs.ts'
import type { PageRoute } from './page.ts'
import { replayPages } from './replay.ts'

/** In the order of the menu. */
export const pageRoutes: readonly PageRoute[] = [
  homePage,
  findPage,
  jobsPage,
  jobPage,
  payloadBytes,
  resultBytes,
  ...jobActions,
  deliveriesPage,
  deliveryPage,
  ...deliveryActions,
  ...replayPages,
  ...destinationPages,
  ...jobTypePages,
  endpointsPage,
  endpointPage,
  ...endpointActions,
  eventsPage,
  eventPage,
  accessPage,
  // Before the tenant of that id, which would take their paths.
  auditPage,
  sessionsPage,
  tenantPage,
  ...accessActions,
]

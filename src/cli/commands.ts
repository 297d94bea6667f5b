/** The commands that speak with a service, in the order of the help. */
import type { CommandSpec } from './call/command.ts'
import { listDeadLettersCommand } from './commands/dead-letters/list.ts'
import { replayCommand } from './commands/dead-letters/replay.ts'
import { summaryCommand } from './commands/dead-letters/summary.ts'
import { discardDeliveryCommand } from './commands/deliveries/discard.ts'
import { getDeliveryCommand } from './commands/deliveries/get.ts'
import { listDeliveriesCommand } from './commands/deliveries/list.ts'
import { replayDeliveryCommand } from './commands/deliveries/replay.ts'
import { createEndpointCommand } from './commands/endpoints/create.ts'
import { deleteEndpointCommand } from './commands/endpoints/delete.ts'
import { getEndpointCommand } from './commands/endpoints/get.ts'
import { listEndpointsCommand } from './commands/endpoints/list.ts'
import { rotateEndpointCommand } from './commands/endpoints/rotate-secret.ts'
import { testEndpointCommand } from './commands/endpoints/test.ts'
import { updateEndpointCommand } from './commands/endpoints/update.ts'
import { listEventsCommand } from './commands/events/list.ts'
import { tailCommand } from './commands/events/tail.ts'
import { cancelCommand } from './commands/jobs/cancel.ts'
import { getCommand } from './commands/jobs/get.ts'
import { listCommand } from './commands/jobs/list.ts'
import { resultCommand } from './commands/jobs/result.ts'
import { submitCommand } from './commands/jobs/submit.ts'
import { waitCommand } from './commands/jobs/wait.ts'
import { createKeyCommand } from './commands/keys/create.ts'
import { listKeysCommand } from './commands/keys/list.ts'
import { revokeKeyCommand } from './commands/keys/revoke.ts'
import { listenCommand } from './commands/listen/listen.ts'
import { doctorCommand } from './commands/local/doctor.ts'
import { loginCommand } from './commands/local/login.ts'
import { signCommand } from './commands/local/sign.ts'
import { verifyCommand } from './commands/local/verify.ts'
import { rotateSecretCommand } from './commands/secret/rotate.ts'
import { showSecretCommand } from './commands/secret/show.ts'
import { createTenantCommand } from './commands/tenants/create.ts'
import { listTenantsCommand } from './commands/tenants/list.ts'
import { portalLinkCommand } from './commands/tenants/portal-link.ts'
import { updateTenantCommand } from './commands/tenants/update.ts'

/** Commands that have commands, and what those are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  jobs: 'submit jobs, wait for them, read what came of them',
  deliveries: 'callbacks and their attempts',
  'dead-letters': 'callbacks that were given up',
  events: 'the feed of everything that ended',
  endpoints: 'receivers of all events',
  secret: 'what callbacks are signed with',
  keys: 'API keys of a tenant',
  tenants: 'who shares the service',
}

/** Every command but `completion`, which knows them all. */
export const COMMANDS: readonly CommandSpec[] = [
  submitCommand,
  getCommand,
  waitCommand,
  resultCommand,
  cancelCommand,
  listCommand,
  listDeliveriesCommand,
  getDeliveryCommand,
  replayDeliveryCommand,
  discardDeliveryCommand,
  listDeadLettersCommand,
  summaryCommand,
  replayCommand,
  listEventsCommand,
  tailCommand,
  listenCommand,
  createEndpointCommand,
  listEndpointsCommand,
  getEndpointCommand,
  updateEndpointCommand,
  deleteEndpointCommand,
  rotateEndpointCommand,
  testEndpointCommand,
  showSecretCommand,
  rotateSecretCommand,
  createKeyCommand,
  listKeysCommand,
  revokeKeyCommand,
  createTenantCommand,
  listTenantsCommand,
  updateTenantCommand,
  portalLinkCommand,
  verifyCommand,
  signCommand,
  doctorCommand,
  loginCommand,
]

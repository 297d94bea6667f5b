import type { PortalLink } from '../../../client/documents/tenant.ts'
import { ask } from '../../call/ask.ts'
import type { CommandSpec } from '../../call/command.ts'
import { integer, oneOf } from '../../call/values.ts'

const DAY = 24 * 60 * 60

/** `ringback tenants portal-link ID` */
export const portalLinkCommand: CommandSpec = {
  path: 'tenants portal-link',
  args: ['<ID>'],
  about: 'make a link that shows a tenant its own jobs and callbacks in a browser; it is shown this once',
  options: [
    { flags: '--expires-in <SECONDS>', about: 'how long the session lasts: an hour when absent, at most a day', parse: integer(1, DAY) },
    {
      flags: '--read-only <true|false>',
      about: 'true when absent; false: the session may also replay, retry, cancel and rerun',
      parse: oneOf('true', 'false'),
    },
  ],
  async run(call) {
    const { given, args, out } = call
    const readOnly = given.text('read-only')
    const link = { expires_in_seconds: given.number('expires-in'), read_only: readOnly === undefined ? undefined : readOnly === 'true' }
    const path = `/v1/tenants/${encodeURIComponent(args[0] ?? '')}/portal-links`
    const { text, document } = await ask<PortalLink>(call, { method: 'POST', path, body: JSON.stringify(link) })
    await out.result(text, () => document.url)
    if (!out.json) await out.words(`It is good once and for 15 minutes; a session that begins now ends at ${document.expires_at}.`)
    return undefined
  },
}

import type { CommandSpec } from '../../call/command.ts'
import { cursorFile } from '../../profile/cursor.ts'
import { checkUrl } from '../../profile/service.ts'
import { UsageError } from '../../world/ends.ts'
import { followFeed, typesIn } from '../events/feed.ts'
import { signingSecrets } from '../local/signing-secrets.ts'
import { openDesk, QUIT } from './desk.ts'
import { answerDocument, answerText } from './report.ts'
import { startPlace } from './start-place.ts'

/** `ringback listen`: at least once, in the order of the feed. The place is stored after each 2xx. */
export const listenCommand: CommandSpec = {
  path: 'listen',
  about: 'hand the tenant’s events to a local URL, signed as the service would; goes on where it left off',
  options: [
    { flags: '--forward-to <URL>', about: 'the local receiver' },
    { flags: '--events <TYPES...>', about: 'only of these types', repeats: true },
    { flags: '--after <ID>', about: 'begin behind this event, at oldest or at latest, instead of where the last run ended' },
    { flags: '--secret <SECRET|@FILE>', about: 'sign with this instead of the service’s signing secret', repeats: true },
  ],
  more: [
    'The first run begins with what comes from then on. An event is sent until the receiver answers 2xx: nothing is passed over, and an',
    'event may come twice, with the same webhook-id. On a terminal r sends the last one again, and q ends.',
  ].join('\n'),
  async run(call) {
    const { given, world, out } = call
    const forwardTo = given.text('forward-to')
    if (forwardTo === undefined) throw new UsageError('listen needs --forward-to URL')
    const url = checkUrl(forwardTo, '--forward-to')
    const secrets = await signingSecrets(call)
    const service = call.service()
    const cursor = cursorFile(world, service)
    const { after, words } = await startPlace(call, cursor)
    await out.words(`Events of ${service.url} go to ${url}, ${words}.`)
    const desk = openDesk(call, url, secrets)
    if (desk.hasKeys) await out.words('r sends the last one again, q ends.')
    try {
      for await (const event of followFeed({ ...call, signal: desk.signal }, { after, types: typesIn(given.texts('events')) })) {
        const answer = await desk.hand(event)
        cursor.write(event.id)
        await out.result(answerDocument(event, answer), () => answerText(event, answer))
      }
    } catch (error) {
      if (error !== QUIT) throw error
    } finally {
      desk.close()
    }
    return undefined
  },
}

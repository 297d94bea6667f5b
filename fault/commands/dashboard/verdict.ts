/** What the four parts of a run have found, and what of it is a fault. Pure. */

/** What pages with strangers' texts did in a browser. */
export interface WalkSeen {
  pages: number
  /** Texts that were planted, and those of them that stood on a page as text, to the character. */
  texts: number
  shown: number
  /** Commands for a shell that pages showed. */
  commands: number
  /** Calls of a stranger's code, by the page they were made on. */
  executions: readonly string[]
  /** Elements and attributes that came of a text, links and requests to elsewhere, text that turns others around, commands that do more. */
  traces: readonly string[]
  /** Routes of pages that nobody walked to. */
  unwalked: readonly string[]
}

/** What became of forms that no page of the service has sent. */
export interface ForgedSeen {
  kinds: number
  sent: number
  accepted: readonly string[]
  /** The same forms from a page of ours that were refused: a form nobody takes proves nothing. */
  ownRefused: readonly string[]
}

/** What became of sessions that are over, or never were. */
export interface SessionsSeen {
  kinds: number
  tried: number
  accepted: readonly string[]
  /** Requests of sessions that last and were refused. */
  ownRefused: readonly string[]
}

/** How another tenant's ids were answered beside unknown ones. */
export interface StrangersSeen {
  compared: number
  differing: readonly string[]
  /** Requests of the owner that did not find the record: there was nothing to hide. */
  unfound: readonly string[]
}

/** A run. A part that was left out is absent. */
export interface DashboardSeen {
  walk?: WalkSeen
  forged?: ForgedSeen
  sessions?: SessionsSeen
  strangers?: StrangersSeen
}

/** A line for each fault; none = everything held. What a part has not met is a fault too. */
export function failuresOfDashboard({ walk, forged, sessions, strangers }: DashboardSeen): string[] {
  return [
    ...(walk === undefined ? [] : walkFailures(walk)),
    ...named('a forged form was taken', forged?.accepted),
    ...named('a form of our own page was refused', forged?.ownRefused),
    ...named('a session that is over was taken', sessions?.accepted),
    ...named('a session that lasts was refused', sessions?.ownRefused),
    ...named("another tenant's id was told from an unknown one", strangers?.differing),
    ...named('the owner did not find', strangers?.unfound),
  ]
}

function walkFailures({ pages, texts, shown, executions, traces, unwalked }: WalkSeen): string[] {
  return [
    ...named("a stranger's code ran", executions),
    ...named("a stranger's text was more than text", traces),
    ...named('a page that was not walked to', unwalked),
    ...(shown < texts ? [`of ${texts} texts ${texts - shown} stood on no page`] : []),
    ...(pages === 0 ? ['no page was walked to'] : []),
  ]
}

function named(what: string, found: readonly string[] = []): string[] {
  return found.map((one) => `${what}: ${one}`)
}

/** GET /dashboard/find?id=: from an exact id to its page. */
import { ProblemError } from '../../../domain/errors.ts'
import type { PageRoute } from './page.ts'

const PAGES: Readonly<Record<string, string>> = {
  job: '/dashboard/jobs',
  dlv: '/dashboard/deliveries',
  evt: '/dashboard/events',
  ep: '/dashboard/endpoints',
  tnt: '/dashboard/access',
}

/** The way to the page of an id. */
export const findPage: PageRoute = {
  method: 'get',
  path: '/dashboard/find',
  right: null,
  handle({ query }) {
    const [, id, kind = ''] = /^\s*(([a-z]+)_[0-9a-z]{1,64})\s*$/.exec(query.id ?? '') ?? []
    if (id === undefined || !Object.hasOwn(PAGES, kind)) throw new ProblemError('not_found', 'Not an id.')
    return { goTo: `${PAGES[kind]}/${id}` }
  },
}

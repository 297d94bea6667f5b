/** What stands around every page. Nothing in it differs between two answers to one viewer: no clock and no id of the request. */

import type { BusMessage } from '../../../ports/bus.ts'
import { type AssetName, assetUrl } from '../assets/files.ts'
import type { Right, Viewer } from '../session/viewer.ts'
import { type Html, html, type Part } from './html.ts'

/** The kinds of records whose changes a page follows. */
export type LiveKind = BusMessage['kind']

/** A page without what stands around it. */
export interface PageBody {
  title: string
  body: Part
  /** While scripts run, the page is read again when one of these has changed. */
  live?: readonly LiveKind[]
  hasChart?: boolean
  /** Of a page without a viewer. */
  script?: AssetName
}

/** What somebody has opened stays open when the page is read again. */
const HTMX = JSON.stringify({
  includeIndicatorCSS: false,
  history: false,
  extensions: 'none',
  morphIgnore: ['data-htmx-powered', 'open'],
})

const PAGES: readonly { path: string; label: string; right: Right | null }[] = [
  { path: '/dashboard', label: 'Home', right: null },
  { path: '/dashboard/jobs', label: 'Jobs', right: 'jobs:read' },
  { path: '/dashboard/deliveries', label: 'Deliveries', right: 'callbacks:read' },
  { path: '/dashboard/deliveries?status=dead', label: 'Dead letters', right: 'callbacks:read' },
  { path: '/dashboard/destinations', label: 'Destinations', right: 'callbacks:read' },
  { path: '/dashboard/job-types', label: 'Job types', right: 'jobs:read' },
  { path: '/dashboard/endpoints', label: 'Endpoints', right: 'endpoints:read' },
  { path: '/dashboard/events', label: 'Events', right: 'callbacks:read' },
  { path: '/dashboard/access', label: 'Access', right: 'operator:read' },
]

/**
 * The whole page.
 *
 * @param path of this page with its query: what a live part is read from again
 */
export async function documentOf(
  { title, body, live, hasChart = false, script }: PageBody,
  viewer: Viewer | null,
  path: string,
): Promise<string> {
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content="${HTMX}">
<title>${title} · Ringback</title>
<link rel="icon" href="/favicon.ico">
${hasChart ? html`<link rel="stylesheet" href="${assetUrl('uPlot.min.css')}">` : null}
<link rel="stylesheet" href="${assetUrl('dashboard.css')}">
${viewer === null ? script && scriptOf(script) : scripts(hasChart)}
</head>
<body>
<a class="skip" href="#main">Skip to the page</a>
${viewer === null ? null : header(viewer, path)}
<main id="main">
<h1>${title}</h1>
${live === undefined || viewer === null ? body : liveRegion(body, live, path)}
</main>
</body>
</html>
`
  return String(page)
}

function scripts(hasChart: boolean): Html {
  const names = ['htmx.min.js', 'dashboard.js', ...(hasChart ? (['uPlot.iife.min.js', 'chart.js'] as const) : [])] as const
  return html`${names.map(scriptOf)}`
}

function scriptOf(name: AssetName): Html {
  return html`<script defer src="${assetUrl(name)}"></script>`
}

function header(viewer: Viewer, path: string): Html {
  const shown = PAGES.filter(({ right }) => right === null || viewer.rights.has(right))
  return html`<header>
<strong>Ringback</strong>
<nav aria-label="Pages">${shown.map(({ path: to, label }) =>
    to === path ? html`<a href="${to}" aria-current="page">${label}</a>` : html`<a href="${to}">${label}</a>`,
  )}</nav>
<div class="tools"><span id="tools"></span>
<form method="get" action="/dashboard/find">
<input id="find" name="id" placeholder="id" aria-label="Go to the page of an id" autocomplete="off">
</form>
<form method="post" action="/dashboard/logout"><button>Log out</button></form></div>
</header>`
}

function liveRegion(body: Part, kinds: readonly LiveKind[], path: string): Html {
  return html`<div id="live" data-kinds="${kinds.join(' ')}" hx-get="${path}" hx-trigger="ringback:changed" hx-select="#live"
hx-target="#live" hx-swap="outerMorph">${body}</div>`
}

/** The API page: first steps, the reference that `docs.js` fills in, and the errors. It loads nothing from another host. */
import { html } from 'hono/html'
import { submitCommand } from '../../domain/curl-command.ts'
import { ERROR_CODES } from '../../domain/errors.ts'
import type { FirstJob } from '../../lifecycle/jobs/first-job.ts'
import { PROBLEMS } from '../kit/problem.ts'

/**
 * The page as HTML.
 *
 * @param firstJob the job of the first submit; null: no job type is loaded
 */
export async function docsPage(publicUrl: string, firstJob: FirstJob | null): Promise<string> {
  const page = await html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Ringback API</title>
    <link rel="icon" href="favicon.ico">
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <link rel="stylesheet" href="docs/docs.css">
  </head>
  <body>
    <header>
      <h1>Ringback API</h1>
      <nav>
        <a href="#start">Start here</a> <a href="#reference">Reference</a> <a href="#errors">Errors</a>
        <a href="openapi.json">openapi.json</a>
      </nav>
    </header>
    <main>
      <section id="start">
        <h2>Start here</h2>
        ${steps(publicUrl, firstJob)}
      </section>
      <section id="reference">
        <h2>Reference</h2>
        <p>Press <b>Authorize</b> and give the key, then <b>Try it out</b> in any operation.</p>
        <div id="swagger-ui"></div>
        <noscript>The reference needs JavaScript; the same is in <a href="openapi.json">openapi.json</a>.</noscript>
      </section>
      <section id="errors">
        <h2>Errors</h2>
        <p>Every error is <code>application/problem+json</code> with a stable <code>code</code>.</p>
        <dl>${ERROR_CODES.map(errorEntry)}</dl>
      </section>
    </main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/docs.js"></script>
  </body>
</html>
`
  return String(page)
}

function errorEntry(code: (typeof ERROR_CODES)[number]) {
  const { status, meaning } = PROBLEMS[code]
  return html`<dt>${status} <code>${code}</code></dt><dd>${meaning}</dd>`
}

function steps(publicUrl: string, firstJob: FirstJob | null) {
  const withKey = '-H "Authorization: Bearer $KEY"'
  const verify = `import { Webhook } from 'standardwebhooks'

// Throws unless it is ours. \`rawBody\`: the bytes as they came, not parsed and written again.
const event = new Webhook(process.env.WEBHOOK_SECRET).verify(rawBody, headers)`
  const program = `import { createClient } from 'ringback-client'

const client = createClient({ url: '${publicUrl}', key: process.env.KEY })
const job = await client.jobs.submit(${JSON.stringify(firstJob?.type ?? 'TYPE')}, payload)
const { status, result } = await job.done()`
  return html`<ol>
          <li>
            <h3>Authorise</h3>
            <p>The service prints a key at its first start; with <code>ADMIN_API_KEY</code> set, it is that one.</p>
            <pre><code>KEY=…</code></pre>
          </li>
          <li>
            <h3>Submit</h3>
            ${
              firstJob === null
                ? html`<p>No job type is loaded: put a module into <code>HANDLERS_DIR</code>,
            or name an HTTP endpoint in <code>UPSTREAMS</code>.</p>`
                : html`<p>The answer is <code>202 Accepted</code> once the job is on disk.</p>
            <pre id="submit"><code>${submitCommand(publicUrl, '$KEY', firstJob)}</code></pre>`
            }
          </li>
          <li>
            <h3>Poll</h3>
            <p><code>Location</code> of the answer is the status URL. <code>wait</code> holds the line for up to so many seconds.</p>
            <pre><code>STATUS_URL=…
curl -s "$STATUS_URL?wait=30" ${withKey}
curl -s "$STATUS_URL/result" ${withKey}</code></pre>
          </li>
          <li>
            <h3>Watch it live</h3>
            <p>Server-sent events: of one job to its end, and of everything that ends. A page takes a token of one job
            (<code>POST …/tokens</code>); <code>/v1/ws</code> is the same on a WebSocket.</p>
            <pre><code>curl -sN "$STATUS_URL/events" ${withKey}
curl -sN '${publicUrl}/v1/events/stream' ${withKey}</code></pre>
          </li>
          <li>
            <h3>From a program, or a shell</h3>
            <p><code>ringback-client</code> makes one job of each submit, however often it has to be sent:</p>
            <pre><code>${program}</code></pre>
            <p><code>listen</code> hands events to a receiver on your machine, signed:</p>
            <pre><code>export RINGBACK_URL='${publicUrl}' RINGBACK_API_KEY="$KEY"
npx ringback jobs submit TYPE --payload @FILE --wait
npx ringback listen --forward-to http://127.0.0.1:8080/hooks</code></pre>
          </li>
          <li>
            <h3>Verify a callback</h3>
            <p>Submit with <code>"callback_url"</code>: the end of the job is POSTed there, signed after Standard Webhooks. Its secret:</p>
            <pre><code>curl -s '${publicUrl}/v1/signing-secret' ${withKey}</code></pre>
            <p>Any library of Standard Webhooks verifies it, in whatever language:</p>
            <pre><code>${verify}</code></pre>
          </li>
        </ol>`
}

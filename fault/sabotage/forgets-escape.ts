/** Templates of the dashboard take text as HTML. */
import { rewrite } from '../harness/rewrite-source.ts'

rewrite(
  'http/dashboard/components/html.ts',
  "import { html, raw } from 'hono/html'",
  `import { html as escaping, raw } from 'hono/html'
const trusted = (part: any): any => (typeof part === 'string' ? raw(part) : Array.isArray(part) ? part.map(trusted) : part)
const html = (strings: TemplateStringsArray, ...parts: any[]) => escaping(strings, ...parts.map(trusted))`,
)

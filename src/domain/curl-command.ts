/** Commands to paste into a POSIX shell. */

/** A submit with curl. `key` is shell text inside double quotes: the key itself, or `$NAME` of a variable that holds it. */
export function submitCommand(publicUrl: string, key: string, job: object): string {
  return [
    `curl -si ${quoted(`${publicUrl}/v1/jobs`)} -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(JSON.stringify(job))}`,
  ].join('\n')
}

/** A request of the API from `/v1` on. */
export interface ApiCall {
  method: string
  path: string
  body?: object
}

/** A request with curl. `key` as in `submitCommand`. */
export function requestCommand(publicUrl: string, key: string, { method, path, body }: ApiCall): string {
  const verb = method === 'GET' ? '' : `-X ${method} `
  const command = `curl -s ${verb}${quoted(`${publicUrl}${path}`)} -H "Authorization: Bearer ${key}"`
  if (body === undefined) return command
  return `${command} -H 'Content-Type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}`
}

/** One word of a command, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

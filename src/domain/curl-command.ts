/** Commands to paste into a POSIX shell. */

/** Controls and marks of direction. JSON escapes those below U+0020 itself. */
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** A submit with curl. `key` is shell text inside double quotes: the key itself, or `$NAME` of a variable that holds it. */
export function submitCommand(publicUrl: string, key: string, job: object): string {
  return [
    `curl -si ${quoted(`${publicUrl}/v1/jobs`)} -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(plainJson(job))}`,
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
  return `${command} -H 'Content-Type: application/json' \\\n  -d ${quoted(plainJson(body))}`
}

/** JSON that reads as it is: what turns the direction of text, or is not seen, stands as its escape. */
function plainJson(value: object): string {
  return JSON.stringify(value).replaceAll(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** One word of a command, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

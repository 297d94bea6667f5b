/** Commands to paste into a POSIX shell. */

/** A submit with curl. `key` is shell text inside double quotes: the key itself, or `$NAME` of a variable that holds it. */
export function submitCommand(publicUrl: string, key: string, job: object): string {
  return [
    `curl -si ${quoted(`${publicUrl}/v1/jobs`)} -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(JSON.stringify(job))}`,
  ].join('\n')
}

/** One word of a command, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

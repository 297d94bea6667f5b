import { expect, it } from 'vitest'
import { requestCommand } from '../../src/domain/curl-command.ts'

const commandOf = (body: object) => requestCommand('https://ringback.example', '$KEY', { method: 'POST', path: '/v1/jobs', body })
/** What stands behind `-d`, as a shell reads it. */
const sentBy = (command: string) => (/-d '(.*)'$/s.exec(command)?.[1] ?? '').replaceAll(`'\\''`, "'")

it.each(["it's", '\u202egnp.exe', '\u2066a\u2069 \u200f\u061c', 'a\u0085b\u007f', '\u001b[31m', '$(b) `c` "d"', '\ufeff\u200b'])(
  'a command sends %j to the character, and holds nothing that would make it read as another',
  (text) => {
    const command = commandOf({ text })
    expect(JSON.parse(sentBy(command))).toEqual({ text })
    expect(command.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  },
)

/** What the documentation and the help of `ringback serve` say of the settings. */
import { settingsOf } from './setting.ts'
import { SETTINGS } from './settings.ts'

/** The documentation's table of variables, in markdown. */
export function configTable(): string {
  const rows = settingsOf(SETTINGS).map(({ name, isSecret, shown, about }) => {
    const names = isSecret ? `\`${name}\` or \`${name}_FILE\`` : `\`${name}\``
    return `| ${names} | ${shown} | ${about} |`
  })
  return ['| name | default | what it does |', '|---|---|---|', ...rows].join('\n')
}

/** The help of `ringback serve`: a variable, its default, and what it does in lines of at most 80 columns. */
export function configHelp(): string {
  const blocks = settingsOf(SETTINGS).map(({ name, isSecret, shown, about }) => {
    const names = isSecret ? `${name} (or ${name}_FILE)` : name
    return `  ${names}: ${shown.replaceAll('`', '')}\n${wrapped(about.replaceAll('`', ''), 74).replace(/^/gm, '      ')}\n`
  })
  return blocks.join('')
}

function wrapped(text: string, columns: number): string {
  return text.replaceAll(new RegExp(`(.{1,${columns}})(?: +|$)`, 'g'), '$1\n').trimEnd()
}

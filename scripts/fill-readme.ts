import { readFileSync, writeFileSync } from 'node:fs'

/** Puts `text` between the README's `<!-- name:start -->` and `<!-- name:end -->`. */
export function fillReadme(name: string, text: string): void {
  const readme = readFileSync('README.md', 'utf8')
  const between = new RegExp(`(<!-- ${name}:start -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`)
  if (!between.test(readme)) throw new Error(`README.md has no <!-- ${name}:start --> and <!-- ${name}:end -->`)
  writeFileSync(
    'README.md',
    readme.replace(between, (_, start, end) => `${start}${text}\n${end}`),
  )
}

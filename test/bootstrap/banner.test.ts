import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type ApiFacts, apiBanner, workerBanner } from '../../src/bootstrap/banner.ts'
import { EXAMPLE_HANDLERS } from '../../src/config/load.ts'

const boot = {
  config: { dataDir: '/data', dashboard: true, handlers: { dir: '/app/handlers' }, secrets: { adminApiKey: null } },
  version: '1.2.3',
}
const started: ApiFacts = {
  publicUrl: 'https://jobs.example',
  url: 'http://127.0.0.1:3000',
  madeKey: 'rb_made',
  types: ['a.b'],
  firstJob: { type: 'a.b', payload: { says: "it's $HOME `pwd` \"now\" \\ 'so'" } },
}

/** What the shell makes of the command after "Next:", with `curl` replaced by a program that prints its arguments. */
function argumentsOf(banner: string): string[] {
  const command = banner.slice(banner.indexOf('Next:') + 'Next:'.length)
  const curl = 'curl() { for each in "$@"; do printf "%s\\0" "$each"; done; }'
  return execFileSync('sh', ['-c', `${curl}\n${command}`], { encoding: 'utf8', env: { KEY: 'rb_mine', ADMIN_API_KEY: 'operator' } }).split(
    '\0',
  )
}

describe('the banner', () => {
  it('has a command that a shell takes as it is printed, whatever is in the payload', () => {
    const words = argumentsOf(apiBanner(boot, started))
    expect(words).toContain('https://jobs.example/v1/jobs')
    expect(words).toContain('Authorization: Bearer rb_made')
    expect(JSON.parse(words.at(-2) ?? '')).toEqual(started.firstJob)
  })

  it('names the variable that holds the key when it does not print it', () => {
    expect(argumentsOf(apiBanner(boot, { ...started, madeKey: null }))).toContain('Authorization: Bearer rb_mine')
    const config = { ...boot.config, secrets: { adminApiKey: 'operator' } }
    expect(argumentsOf(apiBanner({ ...boot, config }, { ...started, madeKey: null }))).toContain('Authorization: Bearer operator')
  })

  it('names the folder of the handlers and the loaded types, at most ten', () => {
    expect(apiBanner(boot, started)).toContain('  types  a.b\n  from   /app/handlers\n')
    const types = Array.from({ length: 12 }, (_, n) => `t${n}`)
    expect(apiBanner(boot, { ...started, types })).toContain('t8, t9 and 2 more\n')
    expect(workerBanner(boot, started)).toContain('  types  a.b\n  from   /app/handlers\n')
  })

  it('leads to the dashboard, where there is one', () => {
    expect(apiBanner(boot, started)).toContain('  pages  https://jobs.example/dashboard (log in with the key)\n')
    expect(apiBanner({ ...boot, config: { ...boot.config, dashboard: false } }, started)).not.toContain('/dashboard')
  })

  it('says when they are the examples, and leaves the folder out where there is none', () => {
    const from = (dir: string | null) => apiBanner({ ...boot, config: { ...boot.config, handlers: { dir } } }, started)
    expect(from(EXAMPLE_HANDLERS)).toContain('(the examples: set HANDLERS_DIR for your own)')
    expect(from(null)).not.toContain('from ')
  })

  it('shows no command that would not work: without a type, or with a payload too long to read', () => {
    expect(apiBanner(boot, { ...started, types: [], firstJob: null })).toMatch(
      /types {2}none\n[\s\S]*Next: a module with a job type in HANDLERS_DIR/,
    )
    const long = apiBanner(boot, { ...started, firstJob: { type: 'a.b', payload: 'x'.repeat(3000) } })
    expect(long).toContain('Next: https://jobs.example/docs has a request to begin with.')
    expect(long.length).toBeLessThan(1000)
  })
})

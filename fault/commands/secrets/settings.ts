/** Starts that are refused for a setting, with a canary in it: the line that says so must not repeat it. */
import { join } from 'node:path'
import { eachOf } from '../../harness/each-of.ts'
import type { Fault } from './faults.ts'
import type { Setup } from './setup.ts'

const AT_ONCE = 2
/** How the name of each of these faults begins. */
export const REFUSED_SETTING = 'refused '

export async function refuseSettings(setup: Setup): Promise<Fault[]> {
  const faults: Fault[] = []
  await eachOf(refusedSettings(setup), AT_ONCE, async (env) => {
    const names = Object.keys(env)
    const { code, output } = await setup.refused(env)
    const lines = output.split('\n').filter((line) => line !== '')
    const holds = code === 1 && lines.length === 1 && names.some((name) => output.includes(name) || output.includes('upstream'))
    faults.push({ name: REFUSED_SETTING + names.join(), wrong: holds ? null : `ended with ${code} and said: ${output}` })
  })
  return faults
}

function refusedSettings({ texts, folder, listener, operatorFile }: Setup): Record<string, string>[] {
  const canary = texts['refused setting']
  const secrets = ['ADMIN_API_KEY', 'MASTER_KEY'].flatMap((name) => [
    { [name]: `${canary.slice(0, 30)}` },
    { [name]: `${canary} ${canary}` },
    // The secret itself where the name of its file belongs.
    { [name]: '', [`${name}_FILE`]: canary },
    { [name]: canary, [`${name}_FILE`]: join(folder, canary) },
  ])
  const upstream = listener.url('/upstream')
  const upstreams = [
    `a=${upstream.replace('//', `//user:${canary}@`)}`,
    `a/b=${upstream}?key=${canary}`,
    `a=${upstream}?key=${canary},a=${upstream}`,
    `canary.do=${upstream}?key=${canary}`,
    `${upstream}?key=${canary}`,
  ].map((UPSTREAMS) => ({ UPSTREAMS }))
  const files = [
    `{"a": {"url": "${upstream}", "headers": {"authorization": "${canary}`,
    JSON.stringify({ a: { url: upstream.replace('//', `//user:${canary}@`) } }),
    JSON.stringify({ a: { url: upstream, timeout: canary } }),
    JSON.stringify({ a: { url: upstream, headers: { authorization: `${canary}\n` } } }),
    JSON.stringify({ a: { url: upstream, headers: { host: canary } } }),
  ].map((text, index) => ({ UPSTREAMS_FILE: operatorFile(`refused-${index}.json`, text) }))
  const others = {
    DATABASE_URL: `postgres://user:${canary}@127.0.0.1/db`,
    REDIS_URL: `amqp://:${canary}@127.0.0.1/0`,
    CORS_ORIGINS: `https://user:${canary}@ringback.example`,
    PUBLIC_URL: `https://user:${canary}@ringback.example`,
    CALLBACK_CA: join(folder, canary),
    HANDLERS_DIR: join(folder, canary),
    CALLBACK_ALLOW: `${canary}/${canary}`,
    CALLBACK_SECRET: canary,
    ROLE: canary,
    ...Object.fromEntries(
      ['PORT', 'JOB_TIMEOUT', 'MAX_BODY', 'LOG_LEVEL', 'CALLBACK_BREAKER', 'DASHBOARD', 'DATABASE_GROUPS'].map((name) => [name, canary]),
    ),
  }
  return [...secrets, ...upstreams, ...files, ...Object.entries(others).map(([name, value]) => ({ [name]: value }))]
}

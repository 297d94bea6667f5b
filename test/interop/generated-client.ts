/** A client in TypeScript, generated from a running service's document, compiled strictly and run as a program of its own. */
import { execFile } from 'node:child_process'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import openapiTS, { astToString } from 'openapi-typescript'
import { removeFolder, tempFolder } from '../support/service.ts'

const run = promisify(execFile)
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))
const STRICT = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--allowImportingTsExtensions']
const MODERN = ['--target', 'es2024', '--module', 'nodenext', '--types', 'node']

const program = (url: string, key: string, job: object) => `import createClient from 'openapi-fetch'
import type { paths } from './schema.ts'

const client = createClient<paths>({ baseUrl: '${url}', headers: { authorization: 'Bearer ${key}' } })
const least: paths['/v1/jobs']['post']['requestBody']['content']['application/json'] = { type: 'any' }
const { data, error, response } = await client.POST('/v1/jobs', { body: ${JSON.stringify(job)} })
if (error) throw new Error(error.detail)
const type: string = data.type
console.log(JSON.stringify({ status: response.status, data, type, least }))
`

/** What the generated client was answered. Rejects with the compiler's words when it does not compile. */
export async function generatedSubmit(url: string, key: string, job: object) {
  const folder = await tempFolder()
  try {
    await symlink(MODULES, join(folder, 'node_modules'))
    const document = await (await fetch(`${url}/openapi.json`)).text()
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await writeFile(join(folder, 'schema.ts'), astToString(await openapiTS(document)))
    await writeFile(join(folder, 'submit.ts'), program(url, key, job))
    await run(process.execPath, [join(MODULES, 'typescript/bin/tsc'), ...STRICT, ...MODERN, 'submit.ts'], { cwd: folder }).catch(
      (error) => {
        throw new Error(`the generated client does not compile:\n${error.stdout}`)
      },
    )
    return JSON.parse((await run(process.execPath, ['submit.ts'], { cwd: folder })).stdout)
  } finally {
    await removeFolder(folder)
  }
}

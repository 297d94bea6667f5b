/** What `npm publish` would send, run as its users do: without a checkout and without the development dependencies. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rename, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkImports, checkTypes } from './support/client-user.ts'
import { ADMIN_KEY, launch, removeFolder, type Service, tempFolder, whenReady } from './support/service.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const { packages }: { packages: Record<string, { dev?: boolean }> } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
/** Folders of `node_modules` that an installation of the package has. */
const installed = Object.keys(packages).filter((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) && packages[path]?.dev !== true)

interface Packed {
  tarball: string
  /** The paths of its files. */
  files: string[]
}

let folder: string
let main: Packed
let client: Packed
let service: Service

beforeAll(async () => {
  folder = await tempFolder()
  // One after the other: both compile within the checkout.
  main = await pack(root)
  client = await pack(join(root, 'src/client'))
  const home = await unpack('home')
  for (const path of installed) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await symlink(join(root, path), join(home, path)).catch((error) => {
      // A binary of another platform is in the lock file, not in the folder.
      if (error.code !== 'ENOENT') throw error
    })
  }
  const handlersDir = join(home, 'dist/examples/handlers')
  service = await whenReady(launch({ dataDir: join(folder, 'data'), handlersDir, program: join(home, 'bin/ringback.mjs') }))
}, 300_000)

afterAll(async () => {
  await service?.stop()
  await removeFolder(folder)
})

test('no dependency of the package tells anybody that it was installed', () => {
  expect(installed.filter((path) => /scarf|swagger|htmx|uplot/.test(path))).toEqual([])
  expect(installed.length).toBeGreaterThan(10)
})

test('the package serves its pages without their libraries installed, and carries its licences', async () => {
  const dist = join(folder, 'home/package/dist/http')
  expect(await readdir(join(dist, 'dashboard/assets'))).toEqual(expect.arrayContaining(['htmx.LICENSE', 'uPlot.LICENSE']))
  expect(await readdir(join(dist, 'docs'))).toEqual(expect.arrayContaining(['swagger-ui.LICENSE', 'swagger-ui.NOTICE']))
  const login = await fetch(`${service.url}/dashboard/login`, {
    method: 'POST',
    body: new URLSearchParams({ key: ADMIN_KEY }),
    headers: { origin: service.url },
    redirect: 'manual',
  })
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  for (const path of ['/dashboard', '/dashboard/portal']) {
    const text = await (await fetch(`${service.url}${path}`, { headers: { cookie } })).text()
    const files = [...text.matchAll(/(?:href|src)="(\/dashboard\/assets\/[^"]+)"/g)].map(([, file]) => file)
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) expect((await fetch(`${service.url}${file}`)).status, file).toBe(200)
  }
  const page = await (await fetch(`${service.url}/docs`)).text()
  for (const [, file] of page.matchAll(/(?:href|src)="([^"#]+)"/g)) {
    expect((await fetch(`${service.url}/${file}`)).status, file).toBe(200)
  }
  expect(page).toContain('order.create')
})

test('neither package carries a test', () => {
  expect(main.files.filter((path) => /(?:^|[/.])tests?[/.]/.test(path))).toEqual([])
  expect(main.files).toEqual(expect.arrayContaining(['dist/client/index.js', 'dist/client/verify.d.ts']))
  expect(client.files.filter((path) => !/^(?:package\.json|LICENSE|dist\/[\w/-]+\.(?:js|d\.ts))$/.test(path))).toEqual([])
})

describe('ringback-client', () => {
  test('has the version and the licence of the service, and no dependency', async () => {
    const manifest = await manifestIn(join(root, 'src/client'))
    const { version, license } = await manifestIn(root)
    expect(manifest).toMatchObject({ name: 'ringback-client', version, license })
    expect(Object.keys(manifest).filter((member) => /dependencies/i.test(member))).toEqual([])
  })

  test('is installed from its file alone into an empty folder, works by import, and type-checks without the types of Node', async () => {
    const empty = join(folder, 'empty')
    await mkdir(empty)
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--no-save', client.tarball], { cwd: empty })
    expect((await readdir(join(empty, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual(['ringback-client'])
    const licence = (at: string) => readFile(join(at, 'LICENSE'), 'utf8')
    expect(await licence(join(empty, 'node_modules/ringback-client'))).toBe(await licence(root))
    await checkImports(empty, 'ringback-client', 'ringback-client/verify', service.url)
    await checkTypes(empty, 'ringback-client', 'ringback-client/verify')
  })
})

test('ringback/client and ringback/verify work and type-check where no dependency of the service is installed', async () => {
  const bare = join(folder, 'bare')
  await rename(await unpack('bare/node_modules'), join(bare, 'node_modules/ringback'))
  await checkImports(bare, 'ringback/client', 'ringback/verify', service.url)
  await checkTypes(bare, 'ringback/client', 'ringback/verify')
})

async function pack(path: string): Promise<Packed> {
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: path, maxBuffer: 2 ** 24 })
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')))
  return { tarball: join(folder, packed.filename), files: packed.files.map((file: { path: string }) => file.path) }
}

/** The main package below a folder of this name. */
async function unpack(name: string): Promise<string> {
  const into = join(folder, name)
  await mkdir(into, { recursive: true })
  await run('tar', ['-xzf', main.tarball, '-C', into])
  return join(into, 'package')
}

async function manifestIn(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))
}

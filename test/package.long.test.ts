/** What `npm publish` would send, run as its users do: without a checkout and without the development dependencies. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ADMIN_KEY, launch, removeFolder, tempFolder, whenReady } from './support/service.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const { packages }: { packages: Record<string, { dev?: boolean }> } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
/** Folders of `node_modules` that an installation of the package has. */
const installed = Object.keys(packages).filter((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) && packages[path]?.dev !== true)

test('no dependency of the package tells anybody that it was installed', () => {
  expect(installed.filter((path) => /scarf|swagger|htmx|uplot/.test(path))).toEqual([])
  expect(installed.length).toBeGreaterThan(10)
})

test('the package serves its pages without their libraries installed, and carries its licences', { timeout: 240_000 }, async () => {
  const folder = await tempFolder()
  try {
    const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: root, maxBuffer: 2 ** 24 })
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')))
    await run('tar', ['-xzf', join(folder, packed.filename), '-C', folder])
    const home = join(folder, 'package')
    for (const path of installed) {
      await mkdir(dirname(join(home, path)), { recursive: true })
      await symlink(join(root, path), join(home, path)).catch((error) => {
        // A binary of another platform is in the lock file, not in the folder.
        if (error.code !== 'ENOENT') throw error
      })
    }
    expect(await readdir(join(home, 'dist/http/dashboard/assets'))).toEqual(expect.arrayContaining(['htmx.LICENSE', 'uPlot.LICENSE']))
    expect(await readdir(join(home, 'dist/http/docs'))).toEqual(expect.arrayContaining(['swagger-ui.LICENSE', 'swagger-ui.NOTICE']))

    const handlersDir = join(home, 'dist/examples/handlers')
    const service = await whenReady(launch({ dataDir: join(folder, 'data'), handlersDir, program: join(home, 'bin/ringback.mjs') }))
    try {
      const page = await (await fetch(`${service.url}/docs`)).text()
      for (const [, file] of page.matchAll(/(?:href|src)="([^"#]+)"/g)) {
        expect((await fetch(`${service.url}/${file}`)).status, file).toBe(200)
      }
      expect(page).toContain('order.create')
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
    } finally {
      await service.stop()
    }
  } finally {
    await removeFolder(folder)
  }
})

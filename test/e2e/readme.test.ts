/**
 * The commands of README.md and docs/getting-started.md as a newcomer pastes them: only the ports, the data folder and the key are
 * the test's own.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { removeFolder, tempFolder } from '../support/service.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = commandsOf('README.md')
const guide = commandsOf('docs/getting-started.md')

test('every block of commands is one that is run here', () => {
  // Each of these is a whole run of its own in CI; that the npm scripts exist is checked by `npm run check`.
  const [demo, tests, start] = [/^npm ci && npm run demo /, /^npm ci && npm test /, /^npm ci && npm start /]
  expect(readme).toEqual([...linesLike(demo, tests), ...linesLike(start), expect.stringContaining('curl')])
  expect(guide).toHaveLength(5)
  expect(guide[0]?.trim().split('\n')).toEqual([demo, tests, start].map((pattern) => expect.stringMatching(pattern)))
})

test('README and getting started go as they are printed, and so does the command of the banner', { timeout: 180_000 }, async () => {
  const [, walk = '', service = '', receiver = '', submit = ''] = guide
  const shell = await makeShell()
  const started = shell.run(service)
  await started.prints(/^Next:/m)
  const [, key = ''] = /key {4}(\S+)/.exec(started.output()) ?? []
  const withKey = (commands: string) => commands.replace(/^KEY=….*/m, `KEY=${key}`)

  const first = await shell.done(withKey(readme[2] ?? ''))
  expect(first).toMatch(/^HTTP\/1.1 200 OK/)
  expect(first).toContain('"status":"completed"')

  const walked = await shell.done(withKey(walk))
  expect(walked).toMatch(/^HTTP\/1.1 202 Accepted/)
  expect(walked).toContain('"status":"completed"')
  expect(walked).toMatch(/"by_month":\[.*\}$/)

  const [, next = ''] = /Next:\n([\s\S]+?)\n\n/.exec(started.output()) ?? []
  expect(await shell.done(next)).toMatch(/^HTTP\/1.1 202 Accepted/)

  const receiving = shell.run(`KEY=${key}\n${receiver}`)
  await receiving.prints(/receiver listening/)
  expect(await shell.done(`KEY=${key}\n${submit}`)).toMatch(/^HTTP\/1.1 202 Accepted/)
  await receiving.prints(/^job\.completed evt_\S+ verified/m)
})

/** The blocks of shell commands in a page. */
function commandsOf(page: string): string[] {
  const markdown = readFileSync(`${root}${page}`, 'utf8')
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text)
}

/** One block with a line for each pattern. */
function linesLike(...patterns: RegExp[]) {
  return [expect.stringMatching(new RegExp(patterns.map(({ source }) => `${source}.*\\n`).join(''), 'm'))]
}

/** A terminal in a folder of its own that has what the checkout has. */
async function makeShell() {
  const folder = await tempFolder()
  const [api, hooks] = [await freePort(), await freePort()]
  const children: ChildProcess[] = []
  onTestFinished(async () => {
    for (const child of children.reverse()) await endGroup(child)
    await removeFolder(folder)
  })
  const env = { PATH: process.env.PATH, HOME: folder, DATA_DIR: `${folder}/data`, PORT: String(api), LOG_LEVEL: 'warn', TMPDIR: folder }

  function run(commands: string) {
    const here = commands
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${api}`)
      .replaceAll('4000', String(hooks))
      .replaceAll('answer.txt', `${folder}/answer.txt`)
    // A group of its own: npm and the shell pass signals on, but a test that fails must not leave the service behind.
    const child = spawn('sh', ['-c', here], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    let output = ''
    const ended = once(child, 'close')
    const looks = new Set<() => void>()
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        for (const look of looks) look()
      })
    }
    return {
      output: () => output,
      ended,
      /** Rejects when it ends without it; the test's own limit ends a wait that is in vain. */
      prints: (pattern: RegExp) =>
        new Promise<void>((resolve, reject) => {
          const look = () => pattern.test(output) && resolve()
          looks.add(look)
          look()
          void ended.then(() => reject(new Error(`it ended without ${pattern}:\n${output}`)))
        }),
    }
  }

  return {
    run,
    async done(commands: string): Promise<string> {
      const running = run(commands)
      await running.ended
      return running.output()
    },
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const closed = once(child, 'close')
  process.kill(-child.pid, 'SIGTERM')
  await closed
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

import { connect } from 'node:net'
import { dirname } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Log } from '../../src/ports/runtime.ts'
import { databasePath } from '../../src/store/folder/data-folder.ts'
import { openWriter } from '../../src/store/sqlite/file/open-database.ts'
import { type Build, thisBuild } from '../../src/store/sqlite/ipc/build.ts'
import { send, socketPath } from '../../src/store/sqlite/ipc/protocol.ts'
import { createWriteServer } from '../../src/store/sqlite/ipc/write-server.ts'
import { joinSqliteStore } from '../../src/store/sqlite/open.ts'
import { inlineDriver } from '../../src/store/sqlite/threads/inline.ts'
import { ENCRYPTOR } from './open-stores.ts'
import { NOW } from './records.ts'
import { tempFolder } from './temp-folder.ts'

/** An owner of this build, and what it warns of. */
async function ownerOf(build: Build) {
  const path = databasePath(tempFolder())
  const warnings: { fields: object; message: string }[] = []
  const log: Log = { debug() {}, info() {}, error() {}, warn: (fields, message) => void warnings.push({ fields, message }) }
  const driver = inlineDriver(openWriter(path, NOW))
  const server = createWriteServer({ path: socketPath(dirname(path)), driver, log })
  onTestFinished(async () => {
    await server.close()
    await driver.close()
  })
  await server.listen({ ...build, owner: { publicUrl: 'http://127.0.0.1:3000', host: '127.0.0.1', port: 3000 } })
  const join = () => joinSqliteStore({ path, encryptor: () => ENCRYPTOR, onOwner() {}, onFatal() {} })
  return { path, warnings, join }
}

const other: Build = { ...thisBuild(), code: '0.0.0+another' }
const TURNED_AWAY = 'a worker of another build was turned away: run the same build in both'

it('a worker of another build with the same schema does not join, and says which builds they are; so does the owner, once', async () => {
  const { warnings, join } = await ownerOf(other)
  for (let time = 0; time < 2; time++) {
    const joining = expect(join()).rejects
    await joining.toThrow(`build ${other.code} with schema ${other.schema}, this one of build ${thisBuild().code}`)
  }
  await vi.waitUntil(() => warnings.length > 0)
  const fields = {
    worker: `build ${thisBuild().code} with schema ${other.schema}`,
    owner: `build ${other.code} with schema ${other.schema}`,
  }
  expect(warnings).toEqual([{ fields, message: TURNED_AWAY }])
})

it('a worker that does not tell its build has nothing written', async () => {
  const { path, warnings } = await ownerOf(thisBuild())
  const socket = connect(socketPath(dirname(path)))
  const hungUp = new Promise((resolve) => socket.resume().once('close', resolve))
  send(socket, [1, 'steps', 1, 'putMeta', 2, 'strange', 'word'])
  await hungUp
  expect(warnings).toMatchObject([{ message: TURNED_AWAY }])
})

it('a build is the version and a digest of the code of the store', () => {
  expect(thisBuild().code).toMatch(/^\d+\.\d+\.\d+.*\+[0-9a-f]{12}$/)
  expect(thisBuild()).toEqual(thisBuild())
})

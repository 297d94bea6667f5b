import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { holdDataFolder } from '../../src/store/folder/data-folder.ts'
import { runProcess } from './processes/run.ts'
import { tempFolder } from './temp-folder.ts'

describe('the data folder', () => {
  it('is made when missing, for its owner alone', () => {
    const folder = join(tempFolder(), 'a', 'b')
    holdDataFolder(folder)()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('names DATA_DIR where no folder can be made, and does not try for ever', () => {
    expect(() => holdDataFolder('/proc/none/data')).toThrow(/^DATA_DIR \/proc\/none\/data cannot be used/)
  })

  it('names DATA_DIR when it cannot be used', () => {
    const file = join(tempFolder(), 'file')
    writeFileSync(file, '')
    expect(() => holdDataFolder(join(file, 'data'))).toThrow(/^DATA_DIR .* cannot be used/)
  })

  it('is refused to a second process, with the owner’s pid, and free when the owner lets go', async () => {
    const folder = tempFolder()
    const letGo = holdDataFolder(folder)
    expect(readFileSync(join(folder, 'ringback.pid'), 'utf8')).toBe(`${process.pid}\n`)
    expect(await runProcess('hold-folder', folder).firstLine).toContain(`in use by process ${process.pid}:`)
    expect(() => holdDataFolder(folder)).toThrow(`in use by process ${process.pid}`)
    letGo()
    letGo()
    expect(existsSync(join(folder, 'ringback.pid'))).toBe(false)
    expect(await runProcess('hold-folder', folder).firstLine).toBe('held')
  })

  it('is free at once when its owner was killed', async () => {
    const folder = tempFolder()
    const owner = runProcess('hold-folder', folder)
    expect(await owner.firstLine).toBe('held')
    owner.child.kill('SIGKILL')
    await owner.ended
    holdDataFolder(folder)()
  })
})

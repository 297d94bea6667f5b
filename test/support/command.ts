/** A command of the program that runs to its end, such as `ringback backup FILE`. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../bin/ringback.mjs', import.meta.url))

export interface CommandEnd {
  code: number
  stdout: string
  stderr: string
}

/** @param preload modules loaded before the program: the sabotage of the fault commands */
export function runCommand(args: readonly string[], env: Record<string, string>, preload: readonly URL[] = []): Promise<CommandEnd> {
  const all = [...preload.flatMap((url) => ['--import', url.href]), PROGRAM, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, all, { env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
  })
}

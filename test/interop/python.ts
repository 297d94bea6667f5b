/** A Python with the libraries of `python/requirements.txt`, named by INTEROP_PYTHON; `.ci/run` makes it. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const { INTEROP_PYTHON, CI } = process.env

/** In CI they must run, unless it has said by `unreached` that the registry was away: that is counted there. */
export const hasPython = INTEROP_PYTHON === undefined ? CI === 'true' : INTEROP_PYTHON !== 'unreached'
if (!hasPython) console.warn('skipped: clients in Python need INTEROP_PYTHON, a Python with test/interop/python/requirements.txt')

/** What the script prints, as JSON. */
export async function askPython(script: string, ...args: string[]) {
  const path = fileURLToPath(new URL(`python/${script}`, import.meta.url))
  const { stdout } = await promisify(execFile)(INTEROP_PYTHON ?? 'python3', [path, ...args])
  return JSON.parse(stdout)
}

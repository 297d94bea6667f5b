/** A python3, for tests of `examples/python/ringback.py`: its standard library is all they need. */
import { spawnSync } from 'node:child_process'

/** CI fails where it is missing; elsewhere the tests that need it say that they are skipped. */
export const hasPython = process.env.CI === 'true' || spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.warn('skipped: the client in Python (examples/python) needs python3')

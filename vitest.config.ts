import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const isCi = process.env.CI === 'true'
/** CI counts the tests from this file; the command stays the one the README names. */
const reporters = isCi ? ['default', ['json', { outputFile: 'test-results.json' }]] : ['default']
/** Tests that share nothing but source: one process does many of their files, which saves its start for each. */
const PLAIN = ['domain', 'http', 'lifecycle', 'webhook'].map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  // As the handler loader does it: modules inside and outside the checkout mean this source by the package's name.
  resolve: { alias: { ringback: fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    reporters: reporters as ['default'],
    // Worker threads, native modules and signals behave as in the service only in processes of their own.
    pool: 'forks',
    // More than the two cores of a small machine: most of these tests wait for processes, timers and the disk. CI may be noisy and has
    // time: one file a core, and another try for what the machine alone held up (the report tells of each).
    maxWorkers: isCi ? 2 : 4,
    retry: isCi ? 2 : 0,
    // Hundreds of threads and processes are started, each from TypeScript: they read what Node made of it before, as the service does.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('./node_modules/.cache/ringback', import.meta.url)) },
    // For a machine that is busy with other things: no test counts on being quick.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A run that would hang is a failure: nothing may keep a process alive after its tests.
    teardownTimeout: 10_000,
    globalSetup: './test/support/time-limit.ts',
    setupFiles: './test/support/end-with-runner.ts',
    projects: [
      { extends: true, test: { name: 'plain', include: PLAIN, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: [...PLAIN, '**/node_modules/**'] } },
    ],
  },
})

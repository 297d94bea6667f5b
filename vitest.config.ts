import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const isCi = process.env.CI === 'true'
/** CI counts the tests from files like this; the command stays the one the README names. */
const { TEST_RESULTS = 'test-results.json' } = process.env
const reporters = isCi ? ['default', ['json', { outputFile: TEST_RESULTS }]] : ['default']

/** Tests that start processes, threads or a Redis. */
const INTEGRATION = [
  'test/{bin,commands,e2e,examples,interop,queue,signatures,store,support}/**/*.test.ts',
  'test/handlers/{check,pool,run,testing}.test.ts',
]
/** A control runs a build with a known fault, which the test must see. Both kinds wait for `npm run test:all`. */
const LONG = '{test,fault}/**/*.{control,long}.test.ts'
const without = (...others: string[]) => ['**/node_modules/**', LONG, ...others]

export default defineConfig({
  // As the handler loader does it: modules inside and outside the checkout mean this source by the package's name.
  resolve: {
    alias: Object.entries({
      'ringback/client': './src/client/index.ts',
      'ringback/verify': './src/client/verify.ts',
      ringback: './src/index.ts',
    }).map(([find, path]) => ({ find, replacement: fileURLToPath(new URL(path, import.meta.url)) })),
  },
  test: {
    reporters: reporters as ['default'],
    // Worker threads, native modules and signals behave as in the service only in processes of their own.
    pool: 'forks',
    // More than the two cores of a small machine: many of these tests wait for processes, timers and the disk.
    maxWorkers: 4,
    // Hundreds of threads and processes are started, each from TypeScript: they read what Node made of it before, as the service does.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('./node_modules/.cache/ringback', import.meta.url)) },
    // They end a test that hangs; no test counts on being quick.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A run that would hang is a failure: nothing may keep a process alive after its tests.
    teardownTimeout: 10_000,
    globalSetup: './test/support/time-limit.ts',
    setupFiles: './test/support/end-with-runner.ts',
    projects: [
      // One process does many files, which saves its start for each.
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: without(...INTEGRATION), isolate: false } },
      { extends: true, test: { name: 'integration', include: INTEGRATION, exclude: without() } },
      { extends: true, test: { name: 'fault', include: ['fault/**/*.test.ts'], exclude: without() } },
      { extends: true, test: { name: 'long', include: [LONG] } },
    ],
  },
})

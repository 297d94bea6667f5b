import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** A project of its own with tests that end badly; `no-process-left.long.test.ts` runs it and looks at what is left. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: { pool: 'forks', include: ['*.case.ts'], setupFiles: '../end-with-runner.ts', testTimeout: 1_000, hookTimeout: 1_000 },
})

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** All tests. Those that start processes or servers get time; none is timed as an assertion. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['app/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}', 'main/**/*.test.ts', 'build/**/*.test.ts'],
    exclude: ['main/e2e/**', 'node_modules/**', 'out/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    setupFiles: ['build/test-coverage/child-coverage.ts'],
    coverage: {
      provider: 'v8',
      include: ['app/**/*.ts'],
      exclude: ['app/testing/**', '**/*.test.ts'],
      // Put together with what child processes have counted by `build/test-coverage/merge.mjs`, which knows the limits.
      reporter: ['json'],
      reportOnFailure: true,
      reportsDirectory: 'coverage',
    },
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { hostsReporter } from '../main/e2e/hosts-reporter.ts';

/** The tests that drive the built program: the window in each host that is there, the built processes, the package. One after the other. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['main/e2e/**/*.test.ts'],
    globalSetup: ['main/e2e/global-setup.ts'],
    reporters: ['default', hostsReporter()],
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

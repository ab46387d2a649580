/**
 * Builds the desktop host: main process, the programs of the other processes, the preload script. Packages of `dependencies` stay
 * outside the bundle. The page is built by its own configuration (`vite.renderer.config.ts`), the same for every host.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default defineConfig({
  main: {
    build: {
      outDir: file('out/main'),
      emptyOutDir: true,
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: file('main/index.ts'),
          'worker-entry': file('app/hosts/worker-entry.ts'),
          'engine-entry': file('app/hosts/engine-entry.ts'),
          'oracle-probe-entry': file('app/hosts/oracle-probe-entry.ts'),
          'history-entry': file('app/hosts/history-entry.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: file('out/preload'),
      emptyOutDir: true,
      // A sandboxed preload can require nothing but `electron`: one file, CommonJS.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: file('main/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
});

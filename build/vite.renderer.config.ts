/** Builds the window: one page, no inline script, nothing from outside. Used by plain `vite` and by the hosts' builds. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'";

/** Writes the content policy into the built page too, so that it holds where a host sends no headers. */
function contentPolicy(): Plugin {
  return {
    name: 'cam-content-policy',
    // The development server needs an inline script of its own, which this policy rightly forbids.
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
    ],
  };
}

/** The Apache licence asks for the notice of a work beside its text, which the list of licences has. */
function notices(): Plugin {
  return {
    name: 'cam-notices',
    apply: 'build',
    generateBundle() {
      const echarts = fileURLToPath(new URL('../node_modules/echarts/NOTICE', import.meta.url));
      this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source: readFileSync(echarts) });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('../renderer', import.meta.url)),
  base: './',
  plugins: [react(), contentPolicy(), notices()],
  build: {
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    minify: true,
    modulePreload: { polyfill: false },
    // What is bundled asks for its licence to go with it; packages that are not bundled bring their own.
    license: { fileName: 'third-party-licences.md' },
    // The chart library is the one large piece; it is loaded when the statistics are first looked at.
    chunkSizeWarningLimit: 800,
  },
});

// Builds the page (and, for the desktop, the main process) when their sources have changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root, tool } from './processes.mjs';

const targets = {
  page: {
    says: 'Building the window (once per change; some seconds)…',
    sources: ['renderer', 'app/base', 'app/model', 'app/contract', 'build/vite.renderer.config.ts', 'package-lock.json'],
    product: 'out/renderer/index.html',
    command: [tool('vite', 'bin', 'vite.js'), 'build', '--config', 'build/vite.renderer.config.ts', '--logLevel', 'warn'],
  },
  desktop: {
    says: 'Building the desktop host (once per change; some seconds)…',
    sources: ['main', 'app', 'build/electron.vite.config.ts', 'package-lock.json'],
    product: 'out/main/index.js',
    command: [tool('electron-vite', 'bin', 'electron-vite.js'), 'build', '--config', 'build/electron.vite.config.ts', '--logLevel', 'warn'],
  },
};

function files(path) {
  if (!existsSync(path)) return [];
  if (path.includes('.')) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of files(source)) hash.update(file).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

const stampOf = (name) => join('out', `.${name}-built-from`);

function isBuilt(name) {
  const { product, sources } = targets[name];
  const stamp = stampOf(name);
  return existsSync(product) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(sources);
}

/** The targets that are not built from the sources as they are. */
export function notBuilt() {
  process.chdir(root);
  return Object.keys(targets).filter((name) => !isBuilt(name));
}

/** Makes sure that `page` or `desktop` is built from the sources as they are. Throws with the builder's own words when it fails. */
export async function ensureBuilt(name) {
  const target = targets[name];
  process.chdir(root);
  if (isBuilt(name)) return;
  const hash = hashOf(target.sources);
  process.stderr.write(`${target.says}\n`);
  const { code, output } = await capture(target.command);
  if (code !== 0) throw new Error(`The build failed:\n${output}`);
  mkdirSync('out', { recursive: true });
  writeFileSync(stampOf(name), hash);
}

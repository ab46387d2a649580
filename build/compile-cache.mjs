// Loaded before a program that runs from the checkout (`--require`): keeps what V8 has compiled, and what a TypeScript file is without
// its types, for the next process. Node hands an option down to the processes that a program forks and to its threads, but to nothing
// else that it starts. Why here and why so: docs/decisions/compile-cache.md.
import { lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache, flushCompileCache, getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Node writes when a process ends by itself, not when a signal ends it. So a process that has lived for so many milliseconds, and has
 * loaded what it needs, writes what it has by then.
 */
const startedMs = 3000;

/** The folder of the cache. What lies in it is executed, so it has to be this user's alone; undefined where that cannot be had. */
function ownFolder() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const folder = join(root, 'node_modules', '.cache', 'client-activity-monitor');
  try {
    mkdirSync(dirname(folder), { recursive: true });
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) mkdirSync(folder, { mode: 0o700 });
  } catch {
    // Another process was faster, or nothing can be written here: the next lines tell.
  }
  try {
    const found = lstatSync(folder);
    const isOwn = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
    return found.isDirectory() && isOwn ? folder : undefined;
  } catch {
    return undefined;
  }
}

// Code from a cache is counted less precisely by V8's coverage.
if (!process.env.NODE_V8_COVERAGE) {
  // Who has set a folder of their own has it; who has set NODE_DISABLE_COMPILE_CACHE has none, whatever is asked for here.
  const folder = process.env.NODE_COMPILE_CACHE ? undefined : ownFolder();
  if (folder !== undefined) enableCompileCache(folder);
  if (getCompileCacheDir() !== undefined) setTimeout(flushCompileCache, startedMs).unref();
}

// The project's commands, after the set-up. Each is loaded only when it is asked for.
import { fromCache, runNode, tool } from './processes.mjs';

const [, , command = '', ...args] = process.argv;

const commands = {
  start: async () => (await import('./start.mjs')).start(args),
  // Every statement that runs in the stand-ins holds a thread of this process, and logons need some too.
  'start:oracle': () => runNode(['build/start-oracle.ts', ...args], { environment: { UV_THREADPOOL_SIZE: '16' } }),
  cam: async () => {
    if (args[0] === 'serve') await (await import('./ensure-built.mjs')).ensureBuilt('page');
    return runNode([...fromCache, 'app/hosts/cam.ts', ...args]);
  },
  test: async () => (await import('./test.mjs')).test(args),
  bench: async () => {
    // Some parts measure the window.
    await (await import('./ensure-built.mjs')).ensureBuilt('page');
    // What is measured starts as the programs do.
    return runNode([...fromCache, 'build/bench/bench.ts', ...args]);
  },
  pack: () => packageDesktop(['--dir', ...args]),
  dist: () => packageDesktop(args),
  setup: async () => 0,
};

/** What is packed is built from the sources as they are. */
async function packageDesktop(options) {
  const { ensureBuilt } = await import('./ensure-built.mjs');
  await ensureBuilt('page');
  await ensureBuilt('desktop');
  return runNode([tool('electron-builder', 'cli.js'), ...options]);
}

if (!Object.hasOwn(commands, command)) {
  process.stderr.write(`There is no command ${command}; there are: ${Object.keys(commands).join(', ')}.\n`);
  process.exit(1);
}
try {
  process.exitCode = await commands[command]();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

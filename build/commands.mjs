// The project's commands, after the set-up. Each is loaded only when it is asked for.
import { runNode } from './processes.mjs';

const [, , command = '', ...args] = process.argv;

const commands = {
  start: async () => (await import('./start.mjs')).start(args),
  // Every statement that runs in the stand-ins holds a thread of this process, and logons need some too.
  'start:oracle': () => runNode(['build/start-oracle.ts', ...args], { environment: { UV_THREADPOOL_SIZE: '16' } }),
  cam: async () => {
    if (args[0] === 'serve') await (await import('./ensure-built.mjs')).ensureBuilt('page');
    return runNode(['app/hosts/cam.ts', ...args]);
  },
  test: async () => (await import('./test.mjs')).test(args),
  bench: () => runNode(['build/bench/bench.ts', ...args]),
  setup: async () => 0,
};

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

// `npm start`: the Electron window; where that cannot be had, the same window in a browser.
import { electronBinary } from './electron-binary.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { fromCache, root, run, runNode } from './processes.mjs';

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}

/** Starts the application; resolves with its exit code. */
export async function start(args) {
  await ensureBuilt('page');
  const reason = hasDisplay() ? undefined : 'There is no display';
  const electron = reason === undefined && !args.includes('--browser') ? electronBinary() : undefined;
  if (electron !== undefined) {
    await ensureBuilt('desktop');
    return run(electron, [root, ...args]);
  }
  process.stderr.write(`${reason ?? 'The Electron binary is not here and cannot be fetched'}: showing the same window in a browser.\n`);
  return runNode([...fromCache, 'app/hosts/cam.ts', 'serve', ...args.filter((argument) => argument !== '--browser')]);
}

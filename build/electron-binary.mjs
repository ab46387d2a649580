// Whether Electron's binary is there. It is no part of the npm package: it is fetched on first use, if there is a way to it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, tool } from './processes.mjs';

const failedStamp = join(root, '.cam', 'electron-not-fetched');
const fetchTimeoutMs = 120_000;
const retryAfterMs = 24 * 3_600_000;

/** Path of the binary that is there now, or `undefined`. */
export function installedElectron() {
  const overridden = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = overridden ?? tool('electron', 'dist');
  const names = tool('electron', 'path.txt');
  if (!existsSync(names)) return undefined;
  const binary = join(folder, readFileSync(names, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}

/** The binary, fetched if it can be; `undefined` where it cannot. A failed try is not repeated for a day. */
export function electronBinary() {
  const there = installedElectron();
  if (there !== undefined || triedLately()) return there;
  const result = spawnSync(process.execPath, [tool('electron', 'install.js')], { cwd: root, stdio: 'ignore', timeout: fetchTimeoutMs });
  const fetched = result.status === 0 ? installedElectron() : undefined;
  if (fetched === undefined) {
    mkdirSync(join(root, '.cam'), { recursive: true });
    writeFileSync(failedStamp, new Date().toISOString());
  } else rmSync(failedStamp, { force: true });
  return fetched;
}

function triedLately() {
  return existsSync(failedStamp) && Date.now() - statSync(failedStamp).mtimeMs < retryAfterMs;
}

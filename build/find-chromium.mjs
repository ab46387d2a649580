// Finds a Chromium for the tests that drive a window: a configured path, an installed browser, else Debian's package.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'microsoft-edge-stable'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of a browser that is there now, or `undefined`. CAM_CHROMIUM names one. */
export function installedChromium(environment = process.env) {
  const configured = environment.CAM_CHROMIUM;
  if (configured !== undefined && configured !== '') {
    if (!existsSync(configured)) throw new Error(`CAM_CHROMIUM names ${configured}, which does not exist.`);
    return configured;
  }
  const onPath = (environment.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places].find((file) => existsSync(file));
}

/**
 * A browser, installed from Debian's packages where there is none and that is possible.
 * @throws Error with the one line that tells how to get one
 */
export function findChromium(environment = process.env) {
  const found = installedChromium(environment) ?? (installDebianPackages(['chromium']) ? installedChromium(environment) : undefined);
  if (found !== undefined) return found;
  throw new Error('No Chromium, Chrome or Edge found: install one (Debian: apt-get install chromium) or set CAM_CHROMIUM to its path.');
}

/** Installs Debian packages where `apt-get` and root are there; whether it worked. */
export function installDebianPackages(packages) {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !isRoot || !existsSync('/usr/bin/apt-get')) return false;
  process.stderr.write(`Installing ${packages.join(', ')} from Debian's packages…\n`);
  const run = (...args) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  return (
    run('install', '-y', '--no-install-recommends', ...packages) ||
    (run('update') && run('install', '-y', '--no-install-recommends', ...packages))
  );
}

// Makes a checkout ready and then runs one of the project's commands. Uses only what Node 20 has built in.
//
//   node build/setup.mjs <command> [arguments…]
//
// Installs from the lock file when node_modules is missing or was made from another lock file; then hands over to
// build/commands.mjs under the Node version the project brings along. With nothing to do this costs a few milliseconds.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.cam-installed');

/** What node_modules has to be made from: the lock file, the local package, the platform. */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'build/tfjs-shim/package.json']) {
    hash.update(readFileSync(join(root, file)));
  }
  return `${hash.digest('hex')} ${process.platform} ${process.arch}`;
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

/** Installs, with one other process waiting where two were started at once. */
function install() {
  const lock = join(root, '.cam', 'install.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; ; waited += 500) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (waited === 0) process.stderr.write('Another installation is under way; waiting for it…\n');
      if (waited > 600_000) fail(`The installation lock ${lock} is ten minutes old. Remove it and try again.`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      if (isInstalled()) return;
    }
  }
  try {
    process.stderr.write('Installing packages from the lock file (once; about a minute)…\n');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (result.status !== 0) fail('npm ci failed; its message stands above. Check the way to the npm registry, then try again.');
    writeFileSync(stamp, wanted());
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** The Node that everything runs under: the one of node_modules, else this one if it is new enough. */
function projectNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [
    join(root, 'node_modules', `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`, 'bin', name),
  ];
  const found = candidates.find((file) => existsSync(file));
  if (found !== undefined) return found;
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24) return process.execPath;
  return fail(
    `This program runs under Node 24; this is ${process.version}, and for ${process.platform}-${process.arch} none can be had as a package. Install Node 24 and try again.`,
  );
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.version}.`);
if (!isInstalled()) install();

const child = spawn(
  projectNode(),
  ['--disable-warning=ExperimentalWarning', join(root, 'build', 'commands.mjs'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
// The terminal sends Ctrl+C to the whole group: the command decides how to end, this only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal === 'SIGTERM') child.kill('SIGTERM');
  });
}
child.on('exit', (code, signal) => {
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 1));
});

// `npm test`: everything that is checked, in one list, with what ran and what did not hold.
import { existsSync } from 'node:fs';
import { childCoverage, forgetChildCoverage, reportCoverage } from './test-coverage/merge.mjs';
import { installedElectron } from './electron-binary.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { findChromium, installDebianPackages } from './find-chromium.mjs';
import { capture, runNode, tool } from './processes.mjs';

const vitest = tool('vitest', 'vitest.mjs');

/** Quick checks of the text itself: they run two at a time and print only when something is wrong. */
const checks = [
  ['types of core and hosts', [tool('typescript', 'bin', 'tsc'), '-p', '.']],
  ['types of the window', [tool('typescript', 'bin', 'tsc'), '-p', 'build/tsconfig.renderer.json']],
  [
    'lint',
    [tool('eslint', 'bin', 'eslint.js'), '-c', 'build/eslint.config.mjs', '--max-warnings', '0', 'app', 'main', 'renderer', 'build'],
  ],
  ['format', [tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['who may import whom', ['build/check-imports.mjs']],
  ['no unused code', [tool('knip', 'bin', 'knip.js'), '--config', 'build/knip.json']],
];

/** Servers that tests talk to; they start them by themselves on free ports and end them again. */
const servers = [
  { needs: () => existsSync('/usr/lib/postgresql') || existsSync('/usr/bin/initdb'), packages: ['postgresql'] },
  {
    needs: () => existsSync('/usr/sbin/krb5kdc') && existsSync('/usr/bin/kinit'),
    packages: ['krb5-kdc', 'krb5-admin-server', 'krb5-user'],
  },
];

/** Runs everything; arguments narrow the tests to files and leave the checks out. Resolves with the exit code. */
export async function test(args) {
  const chromium = findChromium();
  for (const server of servers) if (!server.needs()) installDebianPackages(server.packages);
  const environment = { CAM_CHROMIUM: chromium };
  if (args.length > 0) return runNode([vitest, 'run', '--config', 'build/vitest.config.ts', ...args], { environment });
  const results = [];
  const step = async (name, action) => {
    const begin = performance.now();
    const ok = await action();
    results.push({ name, ok, seconds: (performance.now() - begin) / 1000 });
  };
  await inPairs(checks, ([name, command]) => step(name, () => check(name, command)));
  await step('unit and integration tests', async () => {
    forgetChildCoverage();
    // Code from a cache of compiled modules is counted less precisely.
    const counted = { ...environment, CAM_CHILD_COVERAGE: childCoverage, NODE_DISABLE_COMPILE_CACHE: '1' };
    return (await runNode([vitest, 'run', '--config', 'build/vitest.config.ts', '--coverage'], { environment: counted })) === 0;
  });
  await step('coverage', () => reportCoverage());
  await step('build of the window', () => built('page'));
  await step('build of the desktop host', () => built('desktop'));
  await step(
    `the window, driven in ${installedElectron() === undefined ? 'the browser host (no Electron binary here)' : 'Electron and the browser host'}`,
    async () => {
      return (await runNode([vitest, 'run', '--config', 'build/vitest.e2e.config.ts'], { environment })) === 0;
    },
  );
  return summary(results);
}

async function check(name, command) {
  const { code, output } = await capture(command);
  if (code !== 0) process.stderr.write(`\n── ${name} ──\n${output}\n`);
  return code === 0;
}

async function built(what) {
  try {
    await ensureBuilt(what);
    return true;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}

async function inPairs(items, action) {
  const waiting = [...items];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await action(next);
  };
  await Promise.all([work(), work()]);
}

function summary(results) {
  process.stdout.write('\n');
  for (const { name, ok, seconds } of results) process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${name}  (${seconds.toFixed(1)} s)\n`);
  const failed = results.filter((result) => !result.ok).length;
  process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

// Starting the tools of the project under the Node that runs this file.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that package.json stands in. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Path of a file in node_modules. */
export const tool = (...parts) => join(root, 'node_modules', ...parts);

/** Options of Node that make a program and its processes load their modules from the cache of the checkout. */
export const fromCache = ['--require', join(root, 'build', 'compile-cache.mjs')];

/** Runs a Node program and resolves with its exit code; its streams are this process's own unless said otherwise. */
export function runNode(args, { stdio = 'inherit', environment = {}, cwd = root } = {}) {
  return run(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], { stdio, environment, cwd });
}

/** Runs a program and resolves with its exit code, 130 where Ctrl+C ended it. */
export function run(command, args, { stdio = 'inherit', environment = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio, env: { ...process.env, ...environment } });
    const pass = () => child.kill('SIGTERM');
    const ignore = () => undefined;
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** Runs a Node program quietly; resolves with exit code and everything it printed. */
export function capture(args, { environment = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}

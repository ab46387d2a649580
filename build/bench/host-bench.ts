/** What a user waits for: the page after `npm start`, the end of `cam run`. Whole processes, from the outside. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchRow, median } from './bench-row.ts';
import { inFolder } from './measure.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rounds = 5;

/** Starts of the program on a checkout that is installed and built. */
export function benchHosts(): Promise<BenchRow[]> {
  return inFolder(measure);
}

/** The data folder is the bench's own: nobody's history is written to. */
async function measure(data: string): Promise<BenchRow[]> {
  const run = ['run', '--last-event', 'now', '--data', data];
  await cam(...run);
  const runs: number[] = [];
  const starts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    runs.push(await cam(...run));
    starts.push(await startToPage(data));
  }
  return [
    {
      name: 'cam run of the sample, process start to end',
      value: median(runs),
      unit: 's',
      bar: '≤ 3',
      holds: median(runs) <= 3,
      note: `median of ${rounds}`,
    },
    {
      name: 'npm start to a page that answers',
      value: median(starts),
      unit: 's',
      bar: '≤ 5',
      holds: median(starts) <= 5,
      note: `median of ${rounds}; browser host, the page and its configuration fetched with its session`,
    },
  ];
}

function cam(...args: readonly string[]): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'build/setup.mjs'), 'cam', ...args], { cwd: root, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve((performance.now() - begin) / 1000);
      else reject(new Error(`cam ${args.join(' ')} ended with ${code}`));
    });
  });
}

async function startToPage(data: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [join(root, 'build/setup.mjs'), 'start', '--browser', '--no-open', '--data', data], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    const address = await printedAddress(child.stdout);
    const entered = await fetch(address, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { origin } = new URL(address);
    const page = await fetch(origin, { headers: { cookie } });
    const answer = await fetch(`${origin}/api/call`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', 'x-cam': '1' },
      body: JSON.stringify({ method: 'config.get', input: {} }),
    });
    if (!page.ok || !answer.ok) throw new Error(`the page answered ${page.status}, the core ${answer.status}`);
    return (performance.now() - begin) / 1000;
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await exited;
  }
}

async function printedAddress(stdout: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stdout) {
    text += String(chunk);
    const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text);
    if (found !== null) return found[0];
  }
  throw new Error('no address was printed');
}

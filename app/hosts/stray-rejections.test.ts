import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const program = new URL('stray-rejections.ts', import.meta.url).href;

/** A program as Electron starts a utility process, in which a promise fails that nobody waits for. */
function run(begin: string) {
  const text = `${begin} void Promise.reject(new Error('nobody waits for this')); setTimeout(() => console.log('went on'), 50);`;
  return spawnSync(process.execPath, ['--unhandled-rejections=warn-with-error-code', '--input-type=module', '--eval', text], {
    encoding: 'utf8',
  });
}

describe('a promise that fails and that nobody waits for', () => {
  it('ends the process although it was started so that it would go on', () => {
    const ended = run(`import { endOnStrayRejection } from '${program}'; endOnStrayRejection();`);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toContain('nobody waits for this');
    expect(ended.status).not.toBe(0);
  });

  it('lets it go on where nothing is done about it', () => {
    expect(run('').stdout).toContain('went on');
  });
});

import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { createLogger, type LogEntry } from '../base/logger.ts';
import { logPrinted } from './printed-lines.ts';

/** What is logged of a process that prints these pieces. */
async function logged(...pieces: readonly (string | Buffer)[]) {
  const stream = new PassThrough();
  const lines: LogEntry[] = [];
  const logger = createLogger(
    (entry) => lines.push(entry),
    () => 0,
  );
  logPrinted({ streams: [stream, null], logger, about: () => ({ process: 'worker', pid: 7 }) });
  for (const piece of pieces) {
    stream.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.end();
  await finished(stream);
  return lines.map(({ level, message, fields }) => [level, message, fields]);
}

const about = { process: 'worker', pid: 7 };
const entry = (fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ at: 1, level: 'info', message: 'a session was opened', fields });

describe('what a process prints', () => {
  it('as a line of the log keeps its level, its words and its fields', async () => {
    expect(await logged(`${entry({ database: 'accounts', run: 'r1' })}\n`)).toEqual([
      ['info', 'a session was opened', { database: 'accounts', run: 'r1', ...about }],
    ]);
  });

  it('is whole also where a line, or a letter, comes in pieces', async () => {
    const bytes = Buffer.from(`${entry({ user: 'Jürgen' })}\n`);
    const cut = bytes.indexOf(0xc3) + 1;
    expect(await logged(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual([
      ['info', 'a session was opened', { user: 'Jürgen', ...about }],
    ]);
  });

  it('cannot pass itself off as another process', async () => {
    expect(await logged(`${entry({ process: 'engine', pid: 1 })}\n`)).toEqual([['info', 'a session was opened', about]]);
  });

  it.each([
    ['no JSON', 'DPI-1047: cannot load'],
    ['JSON that is cut', '{"at":1,"level":"info"'],
    ['JSON of another kind', '{"level":30,"msg":"x"}'],
    ['a level that is none of ours', '{"at":1,"level":"__proto__","message":"x","fields":{}}'],
    ['a list', '[1]'],
  ])('as %s is kept as its text', async (_what, text) => {
    expect(await logged(`${text}\n`)).toEqual([['warn', 'printed by a process', { ...about, text }]]);
  });

  it('before and after a line of the log stays apart from it; blank lines are nothing', async () => {
    expect(await logged(`before\n${entry()}\r\n\n  \nafter`)).toEqual([
      ['warn', 'printed by a process', { ...about, text: 'before' }],
      ['info', 'a session was opened', about],
      ['warn', 'printed by a process', { ...about, text: 'after' }],
    ]);
  });

  it('with indented lines below it is one text, as a stack is', async () => {
    expect(await logged('Error: no\n    at here\n    at there\nnext\n')).toEqual([
      ['warn', 'printed by a process', { ...about, text: 'Error: no\n    at here\n    at there' }],
      ['warn', 'printed by a process', { ...about, text: 'next' }],
    ]);
  });

  it('without an end of line is not gathered for ever', async () => {
    const lines = await logged('x'.repeat(70_000), 'tail\n');
    expect(lines.map(([, , fields]) => (fields as { text: string }).text.length)).toEqual([4000, 4]);
  });

  it('has its passwords taken out, as a line of the log and as a text', async () => {
    const lines = await logged(`${entry({ password: 'hunter2' })}\npassword=hunter2\n`);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines.length).toBe(2);
  });
});

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckedInput, MethodOutput } from '../contract/methods.ts';
import { startTestApp, type TestApp, type TestDatabase } from '../testing/test-app.ts';

const databases: readonly TestDatabase[] = [
  { name: 'a', driver: 'fake', queries: [{ name: 'Get all email changes', sql: 'SELECT 1', changeType: 'email' }] },
];
const several = `title: Several e-mail changes
name: several_emails
correlation: { type: event_count, rules: [email_change], group-by: [user_id], timespan: 2h, condition: { gte: 3 } }
cam_tests:
  - name: two are not enough
    events:
      - { time: 2026-01-01T00:00:00Z, source: email_change, fields: { user_id: a } }
      - { time: 2026-01-01T01:00:00Z, source: email_change, fields: { user_id: a } }
---
title: E-mail change
name: email_change
logsource: { product: client_activity, category: email }
detection: { selection: { user_id|exists: true }, condition: selection }
`;

let started: TestApp | undefined;

afterEach(async () => {
  await started?.close();
  started = undefined;
});

async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<TestApp> {
  started = await startTestApp(databases, settings);
  return started;
}

type Saved = MethodOutput<'rules.save'>;

async function save({ app }: TestApp, input: Partial<CheckedInput<'rules.save'>>): Promise<Saved> {
  return app.handlers['rules.save']({ file: 'several.yml', text: several, evenIfTestsFail: false, ...input });
}

describe('the rules of the program', () => {
  it('are those that are shipped where no others are, and pass their tests', async () => {
    const { app } = await start();
    const list = await app.handlers['rules.list']({});
    expect([list.defaultRule, list.rules.map(({ key }) => key), list.problems]).toEqual([
      'ato_all_four',
      ['ato_all_four', 'ato_three_of_four'],
      [],
    ]);
    expect(list.files.map(({ name }) => name)).toEqual(['ato_all_four.yml', 'ato_three_of_four.yml']);
    const { tests } = await app.handlers['rules.test']({});
    expect(tests.length).toBeGreaterThan(8);
    expect(tests.flatMap(({ failures }) => failures)).toEqual([]);
    const one = await app.handlers['rules.test']({ rule: 'ato_three_of_four' });
    expect(new Set(one.tests.map(({ rule }) => rule))).toEqual(new Set(['ato_three_of_four']));
    await expect(app.handlers['rules.test']({ rule: 'nothing' })).rejects.toThrow(/There is no rule nothing/);
  });

  it('are copied beside the settings before the first of them is changed, and a run can be asked for the new one at once', async () => {
    const test = await start();
    const saved = await save(test, { text: several.replace(/---[^]*/, '') });
    expect(saved).toMatchObject({ isSaved: true, path: join(test.folder, 'rules', 'several.yml'), problems: [] });
    expect((await readdir(join(test.folder, 'rules'))).sort()).toEqual(['ato_all_four.yml', 'ato_three_of_four.yml', 'several.yml']);
    const plan = await test.app.runs.plan({ lastEvent: '2026-11-20T14:00:00Z', strict: false, rule: 'several_emails' });
    expect(plan).toMatchObject({
      windowHours: 2,
      changeTypes: ['email'],
      rule: { key: 'several_emails', words: 'at least 3 events of E-mail change' },
    });
  });

  it('are kept as they were beside a file that is saved again', async () => {
    const test = await start();
    const text = several.replace(/---[^]*/, '');
    await save(test, { text });
    const again = await save(test, { text: text.replace('gte: 3', 'gte: 4') });
    expect(again).toMatchObject({ isSaved: true, backup: join(test.folder, 'rules', 'several.yml.bak') });
    expect(await readFile(join(test.folder, 'rules', 'several.yml.bak'), 'utf8')).toBe(text);
    expect(await readFile(join(test.folder, 'rules', 'several.yml'), 'utf8')).toContain('gte: 4');
  });

  it('are not written with a mistake, and with a failing test only where that is wanted', async () => {
    const test = await start();
    const wrong = await save(test, {});
    expect(wrong).toMatchObject({
      isSaved: false,
      problems: [{ line: 11, message: expect.stringContaining('Another rule is called "email_change"') as string }],
    });
    const text = several.replace(/---[^]*/, '').replace('gte: 3', 'gte: 2');
    const failing = await save(test, { text });
    expect(failing).toMatchObject({ isSaved: false, problems: [], tests: [{ rule: 'several_emails', line: 5 }] });
    expect(failing.tests[0]?.failures[0]).toContain('expected not found, found confirmed');
    expect(await save(test, { text, evenIfTestsFail: true })).toMatchObject({ isSaved: true });
  });

  it('show which rules elsewhere a change would break', async () => {
    const { app } = await start();
    const own = await app.handlers['rules.list']({});
    const text = own.files[0]?.text.replaceAll('password_change', 'secret_change') ?? '';
    const checked = await app.handlers['rules.check']({ file: 'ato_all_four.yml', text });
    expect(checked.problems.map(({ file, message }) => [file.replace(/.*\//, ''), message])).toEqual([
      ['ato_three_of_four.yml', expect.stringContaining('There is no rule "password_change"')],
    ]);
  });

  it('are handed on as one file for other tools', async () => {
    const { app } = await start();
    const { fileName, text } = await app.handlers['rules.export']({ rule: 'ato_three_of_four' });
    expect(fileName).toBe('mr_ato_three_of_four.yml');
    expect(text).toContain('name: password_change');
    expect(text).not.toContain('cam_');
  });
});

describe('a folder of rules of the user', () => {
  it('takes the place of the shipped one; a mistake in it is told with its place and keeps everything from starting', async () => {
    const test = await start({ app_settings: { rules_dir: 'mine', default_rule: 'several_emails' } });
    expect(test.app.config.view().problems).toMatchObject([
      { file: join(test.folder, 'mine'), message: expect.stringContaining('cannot be read') as string },
    ]);
    await mkdir(join(test.folder, 'mine'));
    await writeFile(join(test.folder, 'mine', 'one.yml'), several.replace('gte: 3', 'gte: three'));
    const view = await test.app.config.reload();
    expect(view.problems).toMatchObject([{ file: join(test.folder, 'mine', 'one.yml'), line: 3, key: 'correlation.condition.gte' }]);
    expect([view.rules, view.settings]).toEqual([[], undefined]);
    await expect(test.app.runs.plan({ lastEvent: 'now', strict: false })).rejects.toThrow(/configuration has 1 mistake/);
    // The page on which it is mended still answers.
    expect((await test.app.handlers['rules.list']({})).files.map(({ name }) => name)).toEqual(['one.yml']);
    const saved = await save(test, { file: 'one.yml' });
    expect(saved).toMatchObject({ isSaved: true });
    expect(test.app.config.view()).toMatchObject({ problems: [], settings: { defaultRule: 'several_emails', windowHours: 2 } });
  });

  it('must hold the default rule', async () => {
    const test = await start({ app_settings: { default_rule: 'ato_al_four' } });
    expect(test.app.config.view().problems).toMatchObject([
      {
        file: join(test.folder, 'settings.yaml'),
        key: 'app_settings.default_rule',
        action: 'Write one of: ato_all_four, ato_three_of_four.',
      },
    ]);
  });
});

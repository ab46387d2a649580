import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CamError } from '../model/failure.ts';
import type { Settings } from '../model/database.ts';
import { findSettingsFile } from './find-settings-file.ts';
import { saveSettings, type SettingsChange } from './save-settings.ts';
import { changeYaml } from './yaml-edit.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-settings-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function saved(text: string | undefined, change: SettingsChange, current?: Settings) {
  const directory = join(folder, String(++count));
  const file = join(directory, 'settings.yaml');
  if (text !== undefined) {
    await mkdir(directory);
    await writeFile(file, text);
  }
  await saveSettings(file, change, current);
  expect(await readdir(directory)).toEqual(['settings.yaml']);
  return readFile(file, 'utf8');
}

async function refusal(text: string, change: SettingsChange) {
  const file = join(folder, 'refused.yaml');
  await writeFile(file, text);
  const error: unknown = await saveSettings(file, change).catch((thrown: unknown) => thrown);
  expect(await readFile(file, 'utf8')).toBe(text);
  return error instanceof CamError ? error.failure : undefined;
}

const written = `# My settings
oracle_client:
    # where it is
    instant_client_dir:   '/opt/old'   # the old one

    krb5_conf:      # the system's

app_settings: # the program
    email_recipients: # both teams
        - soc@example.com
        - fraud@example.com

    log_level: info
user_settings:
`;

describe('saving the settings', () => {
  it('changes values where they stand and leaves everything else as it was', async () => {
    const text = await saved(written, {
      instantClientDir: '/opt/new client',
      krb5Conf: '/etc/krb5.conf',
      emailRecipients: ['soc@example.com', 'new@example.com'],
      sid: '0042',
      zone: 'UTC',
    });
    expect(text).toBe(`# My settings
oracle_client:
    # where it is
    instant_client_dir: /opt/new client   # the old one

    krb5_conf: /etc/krb5.conf      # the system's

app_settings: # the program
    zone: UTC
    email_recipients: [soc@example.com, new@example.com] # both teams

    log_level: info
user_settings:
  sid: '0042'
`);
  });

  it('brings defaults back by leaving a key empty', async () => {
    expect(await saved(written, { instantClientDir: '', emailRecipients: [] })).toContain('    instant_client_dir:   # the old one\n');
  });

  it('makes the file and its folder where there are none', async () => {
    expect(await saved(undefined, { sid: 'x1', krb5Cache: 'KCM:', zone: '' })).toBe(
      "oracle_client:\n  krb5_cache: 'KCM:'\nuser_settings:\n  sid: x1\napp_settings:\n  zone:\n",
    );
  });

  it('keeps Windows line ends and the byte order mark', async () => {
    const text = await saved('\uFEFFuser_settings:\r\n  sid: a # me\r\n', { sid: 'b', zone: 'UTC' });
    expect(text).toBe('\uFEFFuser_settings:\r\n  sid: b # me\r\napp_settings:\r\n  zone: UTC\r\n');
  });

  it('keeps comments in a file of unusual form', async () => {
    const text = await saved('# mine\n{user_settings: {sid: a}, app_settings: {zone: UTC}}\n', { sid: 'b', reportOutputDir: '/r' });
    expect(text).toContain('# mine');
    expect(parse(text)).toEqual({ user_settings: { sid: 'b' }, app_settings: { zone: 'UTC', report_output_dir: '/r' } });
  });

  it('does not write what holds already, so that defaults stay defaults and relative paths relative', async () => {
    const current = {
      oracleClient: { traceLevel: 0 },
      reportOutputDir: '/data/reports',
      emailRecipients: ['a@example.com'],
      sid: 'me',
      zone: 'UTC',
    } as unknown as Settings;
    const same = {
      instantClientDir: '',
      krb5Conf: '',
      krb5Cache: '',
      reportOutputDir: '/data/reports',
      emailRecipients: ['a@example.com'],
      sid: 'me',
      zone: 'Asia/Tokyo',
    };
    expect(await saved('user_settings:\n', same, current)).toBe('user_settings:\napp_settings:\n  zone: Asia/Tokyo\n');
  });

  it('writes nothing where a value is wrong, and says what', async () => {
    expect(await refusal(written, { zone: 'Mars/Base' })).toMatchObject({
      code: 'config.invalid',
      message: 'The settings were not saved: app_settings.zone zone is not understood.',
    });
    expect(await refusal(written, { emailRecipients: ['not an address'] })).toMatchObject({ code: 'config.invalid' });
    expect(await refusal(written, { reportOutputDir: 'a\nb' })).toMatchObject({ code: 'config.invalid' });
    expect(await refusal('a: [', { sid: 'x' })).toMatchObject({ code: 'config.invalid' });
    expect(await refusal('unknown_key: 1\n', { sid: 'x' })).toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('unknown_key') as string,
    });
  });

  it('follows a link and keeps the rights of the file', async () => {
    const target = join(folder, 'target.yaml');
    const link = join(folder, 'link.yaml');
    await writeFile(target, 'user_settings: {}\n');
    await chmod(target, 0o600);
    await symlink(target, link);
    await saveSettings(link, { sid: 'x' });
    expect(parse(await readFile(target, 'utf8'))).toEqual({ user_settings: { sid: 'x' } });
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });

  it('says so where the file cannot be written', async () => {
    const error: unknown = await saveSettings(join(folder, 'refused.yaml', 'below', 'settings.yaml'), { sid: 'x' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ failure: { code: 'disk.error' } });
  });

  it('gives back whatever text was put in, and leaves the other values alone', () => {
    const value = fc.oneof(
      fc
        .string({ minLength: 1 })
        .map((text) => text.replace(/\p{Cc}/gu, ''))
        .filter((text) => text !== ''),
      fc.constantFrom(
        'yes',
        'null',
        '~',
        '0x10',
        '1e3',
        '- a',
        'a: b',
        'a #b',
        '#a',
        "it's",
        '"a',
        '*a',
        '&a',
        '!a',
        '[a',
        '{a',
        'C:\\new',
        ' a ',
        '---',
        '%a',
        '@a',
        '`a',
        '|',
        '>',
      ),
      fc.array(
        fc.string().map((text) => text.replace(/\p{Cc}/gu, '')),
        { minLength: 1, maxLength: 3 },
      ),
    );
    const change = fc.record({
      section: fc.constantFrom('oracle_client', 'app_settings', 'user_settings', 'other'),
      key: fc.constantFrom('krb5_conf', 'email_recipients', 'sid', 'new_key'),
      value: fc.option(value, { nil: undefined }),
    });
    const texts = fc.constantFrom(
      written,
      written.replaceAll('\n', '\r\n'),
      written.trimEnd(),
      '',
      '# only\n',
      '{}',
      'app_settings: {sid: 1} # c\n',
      'app_settings:\n  sid: |\n    a\n  new_key: [1,\n    2]\n',
    );
    fc.assert(
      fc.property(texts, fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => {
        const expected = (parse(text) ?? {}) as Record<string, Record<string, unknown> | null>;
        for (const one of changes) expected[one.section] = { ...expected[one.section], [one.key]: one.value ?? null };
        const edited = changeYaml(text, changes);
        expect(parse(edited)).toEqual(expected);
        for (const comment of ['# My settings', '# the program', '# only']) expect(edited.includes(comment)).toBe(text.includes(comment));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the settings file of a folder', () => {
  it('is app_settings.yaml in it, else config/settings.yaml', async () => {
    const directory = await mkdtemp(join(folder, 'find-'));
    expect(findSettingsFile(directory)).toBe(join(directory, 'config', 'settings.yaml'));
    await writeFile(join(directory, 'app_settings.yaml'), '');
    expect(findSettingsFile(directory)).toBe(join(directory, 'app_settings.yaml'));
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import { type ConfigurationFiles, createConfigurationFiles } from '../testing/configuration-files.ts';
import { schedulesEditorSchema } from './schedules-schema.ts';

let files: ConfigurationFiles;
let databases: string;

beforeAll(async () => {
  files = await createConfigurationFiles();
  const sql = await files.sql('all.sql', 'SELECT user_id, change_date FROM t WHERE change_date >= :start_date');
  const query = (name: string) => `      - {name: ${name}, query_location: ${sql}, change_type: email}\n`;
  databases = `databases:
  - name: eu
    driver: duckdb
    path: ':memory:'
    partitions: {region: [eu]}
  - name: us
    driver: duckdb
    path: ':memory:'
    partitions: {region: [us]}
groups:
  all:
    members: [eu, us]
    partition_by: region
    sql_queries:
${query('changes')}`;
});

beforeEach(async () => {
  await files.schedules('');
});

afterAll(async () => {
  await files.remove();
});

async function problemsOf(text: string): Promise<readonly string[]> {
  await files.schedules(text);
  return files.problems(databases, 'app_settings: {zone: Europe/Zurich, email_recipients: [soc@example.com]}');
}

describe('the file of planned runs', () => {
  it('need not be there, and may be empty', async () => {
    expect((await files.loaded(databases)).schedules).toEqual([]);
    await files.schedules('schedules:\n');
    expect((await files.loaded(databases)).schedules).toEqual([]);
  });

  it('gives every schedule its defaults', async () => {
    await files.schedules('schedules:\n  - {name: hourly, cron: 0 * * * *}\n');
    expect((await files.loaded(databases, 'app_settings: {zone: Europe/Zurich, window_hours: 48}')).schedules).toEqual([
      {
        name: 'hourly',
        cron: '0 * * * *',
        zone: 'Europe/Zurich',
        windowHours: 48,
        strict: false,
        lagMs: 0,
        catchUp: { hours: 72, intervals: 100 },
        overlap: 'wait',
        retry: { times: 3, afterMs: 900_000 },
        lateAfterMs: 1_800_000,
        alerts: [],
      },
    ]);
  });

  it('takes everything that may stand in it', async () => {
    await files.schedules(`schedules:
  - name: nightly
    cron: 30 2 * * *
    zone: europe/berlin
    rule: ato_all_four
    window_hours: 25
    strict: true
    case: FRAUD-2026-17
    databases: [eu]
    partitions: {region: [eu]}
    lag_minutes: 15
    catch_up: {hours: 10, intervals: 0}
    overlap: skip
    retry: {times: 0, after_minutes: 5}
    late_after_minutes: 60
    alerts:
      - desktop: true
      - {on: [findings], command: [bin/page, --now], timeout_seconds: 5}
      - {on: [failure], command: [page]}
      - webhook: {url: 'https://hooks.example.com/x', header: X-Token, value_env: TOKEN}
      - webhook: {url: 'http://127.0.0.1:8080/x', retries: 0, timeout_seconds: 1}
      - email: {to: [soc@example.com]}
`);
    const { schedules } = await files.loaded(databases);
    const all = ['findings', 'failure', 'partial', 'late', 'not_run', 'recovered'];
    expect(schedules).toEqual([
      {
        name: 'nightly',
        cron: '30 2 * * *',
        zone: 'Europe/Berlin',
        rule: 'ato_all_four',
        windowHours: 25,
        strict: true,
        caseReference: 'FRAUD-2026-17',
        databases: ['eu'],
        partitions: { region: ['eu'] },
        lagMs: 900_000,
        catchUp: { hours: 10, intervals: 0 },
        overlap: 'skip',
        retry: { times: 0, afterMs: 300_000 },
        lateAfterMs: 3_600_000,
        alerts: [
          { id: 'desktop', on: all, channel: { kind: 'desktop' } },
          {
            id: 'command',
            on: ['findings'],
            channel: { kind: 'command', command: [`${files.folder}/bin/page`, '--now'], timeoutMs: 5000 },
          },
          { id: 'command 2', on: ['failure'], channel: { kind: 'command', command: ['page'], timeoutMs: 30_000 } },
          {
            id: 'webhook',
            on: all,
            channel: {
              kind: 'webhook',
              url: 'https://hooks.example.com/x',
              header: { name: 'X-Token', valueEnv: 'TOKEN' },
              timeoutMs: 10_000,
              retries: 2,
            },
          },
          { id: 'webhook 2', on: all, channel: { kind: 'webhook', url: 'http://127.0.0.1:8080/x', timeoutMs: 1000, retries: 0 } },
          { id: 'email', on: all, channel: { kind: 'email', to: ['soc@example.com'] } },
        ],
      },
    ]);
  });

  it('tells every mistake with its place, all at once', async () => {
    expect(
      await problemsOf(`schedules:
  - name: a
    cron: 61 * * * *
    window: 24
    databases: [uk]
    partitions: {regio: [eu], region: [uk]}
    rule: ato_all_for
  - name: A
    cron: 0 0 30 2 *
    overlap: wart
  - cron: 0 * * * *
    zone: Europe/Zürich
    catch_up: {hours: 0}
`),
    ).toEqual([
      'schedules.yaml:3:11 schedules[0].cron: The cron line is not understood: Invalid value for minute: 61. Write five fields (minute hour day month weekday), such as 0 * * * * for every hour or 30 6 * * 1-5 for working days.',
      expect.stringContaining('schedules.yaml:4:5 schedules[0].window: The key window is not known here.') as string,
      'schedules.yaml:5:17 schedules[0].databases[0]: There is no database uk. Did you mean us?',
      'schedules.yaml:6:18 schedules[0].partitions.regio: No group is partitioned by regio. Did you mean region?',
      'schedules.yaml:6:40 schedules[0].partitions.region[0]: No database holds region uk. Did you mean us?',
      'schedules.yaml:7:11 schedules[0].rule: There is no rule ato_all_for. Did you mean ato_all_four?',
      'schedules.yaml:8:11 schedules[1].name: There is a schedule of this name already, on line 2. Give it another name: the ledger knows a schedule by its name.',
      'schedules.yaml:9:11 schedules[1].cron: The cron line never holds. Write days that there are.',
      'schedules.yaml:10:14 schedules[1].overlap: overlap is wart. Did you mean wait?',
      'schedules.yaml:11:5 schedules[2].name: name is missing. Add name: Its name; the ledger knows it by this, so keep it (a text).',
      'schedules.yaml:12:11 schedules[2].zone: zone is not understood. Did you mean Europe/Zurich?',
      'schedules.yaml:13:23 schedules[2].catch_up.hours: hours is 0. Write a number above 0.',
    ]);
  });

  it('refuses a schedule between whose runs things happen that nobody looks at', async () => {
    expect(await problemsOf('schedules:\n  - {name: workdays, cron: 0 6 * * 1-5, zone: UTC}\n')).toEqual([
      'schedules.yaml:2:28 schedules[0].cron: Up to 72 h lie between two runs (1970-01-02 06:00 to 1970-01-05 06:00), but each looks at 24 h only: what happens between is never looked at. Run it more often, or write window_hours: 72.',
    ]);
    // However many runs there are in between: they were all that was looked at once.
    expect(await problemsOf('schedules:\n  - {name: often, cron: "*/5 8-18 * * 1-5", zone: UTC}\n')).toEqual([
      expect.stringContaining('Up to 61.08 h lie between two runs (1970-01-02 18:55 to 1970-01-05 08:00), but each looks at 24 h only'),
    ]);
    // A night on which clocks are set back has 25 hours; the run's window grows with it.
    expect(await problemsOf('schedules:\n  - {name: daily, cron: 0 6 * * *, zone: Europe/Zurich}\n')).toEqual([]);
  });

  it('lets an alert have one channel, without anything secret in it', async () => {
    expect(
      await problemsOf(`schedules:
  - name: hourly
    cron: 0 * * * *
    alerts:
      - {on: [findings]}
      - {desktop: true, email: {}}
      - {webhook: {url: http://hooks.example.com/x}}
      - {webhook: {url: 'https://me:secret@hooks.example.com/x'}}
      - {webhook: {url: https://hooks.example.com/x, header: X-Token}}
      - {webhook: {url: https://hooks.example.com/x, header: X-Token, value_env: 'Bearer abc'}}
      - {email: {to: [soc]}}
      - {on: [finding], desktop: true}
      - {desktop: false}
      - {desktop: true, timeout_seconds: 5}
`),
    ).toEqual([
      'schedules.yaml:5:9 schedules[0].alerts[0]: The alert does not say where it goes. Write exactly one of desktop, command, webhook, email; make an alert for each.',
      'schedules.yaml:6:9 schedules[0].alerts[1]: The alert names desktop and email. Write exactly one of desktop, command, webhook, email; make an alert for each.',
      'schedules.yaml:7:25 schedules[0].alerts[2].webhook.url: Alerts go over https, or to this machine. Write an https address.',
      'schedules.yaml:8:25 schedules[0].alerts[3].webhook.url: There is a user or a password in the address. Take it out; name a header, and a variable with its value.',
      'schedules.yaml:9:62 schedules[0].alerts[4].webhook.header: header stands without value_env. Write both: the name of the header and of the variable with its value.',
      'schedules.yaml:10:82 schedules[0].alerts[5].webhook.value_env: value_env is not understood. Write the name of an environment variable; the value itself never stands here.',
      'schedules.yaml:11:23 schedules[0].alerts[6].email.to[0]: This is not an e-mail address. Write an address such as soc@example.com.',
      'schedules.yaml:12:15 schedules[0].alerts[7].on[0]: on[0] is finding. Did you mean findings?',
      'schedules.yaml:13:19 schedules[0].alerts[8].desktop: desktop is false. Write one of: true.',
      'schedules.yaml:14:42 schedules[0].alerts[9].timeout_seconds: timeout_seconds is the limit of a command. Take it out here.',
    ]);
  });

  it('as it is shipped shows an example that is right once the number signs are taken off', async () => {
    const text = await readFile(new URL('../../config/schedules.yaml', import.meta.url), 'utf8');
    const example = text
      .slice(text.indexOf('# schedules:'))
      .replace(/^schedules: \[\]\n/m, '')
      .replace(/^# ?/gm, '');
    expect(schedulesEditorSchema.safeParse(parse(example)).error).toBeUndefined();
    expect(await problemsOf(example)).toEqual([]);
    expect(schedulesEditorSchema.safeParse(parse(text)).success).toBe(true);
  });
});

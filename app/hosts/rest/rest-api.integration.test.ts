import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { startTestApp, type TestApp, testLastEvent } from '../../testing/test-app.ts';
import { readPageFiles } from '../browser/page-files.ts';
import { type BrowserHost, startBrowserHost } from '../browser/server.ts';
import { ApiTokens } from './api-tokens.ts';
import { askInTime } from './ask-in-time.ts';
import { databaseStatisticsForm, executionsForm, statisticsForm } from './execution-answers.ts';
import { runForm } from './run-answers.ts';

const user = 'AB12345';
const row = "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date";

let test: TestApp;
let host: BrowserHost;
let folder: string;
let own: string;
let auditor: string;
let runId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cam-rest-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page', 'index.html'), '<title>page</title>');
  test = await startTestApp(
    [
      {
        name: 'one',
        driver: 'duckdb',
        queries: [
          { name: 'emails', changeType: 'email', sql: row },
          { name: 'phones', changeType: 'phone', sql: 'SELECT * FROM nowhere' },
        ],
      },
    ],
    { user_settings: { sid: user } },
  );
  const tokens = new ApiTokens();
  host = await startBrowserHost(test.app, readPageFiles(join(folder, 'page')), { port: 0, version: '0.0.0-test', apiTokens: tokens });
  const { paths } = await tokens.write(join(folder, 'api'), { url: origin(), port: host.port, user });
  [own = '', auditor = ''] = paths.map((path) => (JSON.parse(readFileSync(path, 'utf8')) as { token: string }).token);
  expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  runId = (await test.run()).plan.runId;
  await test.app.history.recorded();
});

afterAll(async () => {
  await host.close();
  await test.close();
  rmSync(folder, { recursive: true });
});

const origin = (): string => `http://127.0.0.1:${String(host.port)}`;

async function get(
  path: string,
  token = own,
  more: RequestInit = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const response = await fetch(`${origin()}/api/v1${path}`, { headers: token === '' ? {} : { authorization: `Bearer ${token}` }, ...more });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
}

const post = (path: string, body: unknown, token = own) =>
  get(path, token, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** The body, after a look whether it is of the form that the document promises. */
function formed<T extends z.ZodType>(form: T, body: unknown): z.output<T> {
  return form.parse(body);
}

describe('executions over HTTP', () => {
  it("are the user's own, with what was asked and how each ended", async () => {
    const { status, body } = await get(`/executions/${user}`);
    expect(status).toBe(200);
    const { executions, ...page } = formed(executionsForm, body);
    expect(page).toEqual({ user_id: user, count: 2, total: 2, limit: 50, offset: 0 });
    expect(executions.map(({ query_name: name, status: end }) => [name, end]).sort()).toEqual([
      ['emails', 'success'],
      ['phones', 'failed'],
    ]);
  });

  it('are filtered and paged', async () => {
    const failed = formed(executionsForm, (await get(`/executions/${user}?status=failed&database_type=duckdb`)).body);
    expect(failed.executions.map(({ query_name: name }) => name)).toEqual(['phones']);
    const second = formed(executionsForm, (await get(`/executions/${user}?limit=1&offset=1`)).body);
    expect([second.count, second.total]).toEqual([1, 2]);
    expect(formed(executionsForm, (await get(`/executions/${user}?database_type=oracle`)).body).executions).toEqual([]);
  });

  it('have statistics, for the user and for everybody, in all and by database', async () => {
    const figures = { period_days: 7, total_executions: 2, success_count: 1, failed_count: 1, success_rate: 0.5, total_rows_processed: 1 };
    expect(formed(statisticsForm, (await get(`/executions/${user}/stats?days=7`)).body)).toMatchObject({ user_id: user, ...figures });
    expect(formed(statisticsForm, (await get('/executions/stats/global?days=7', auditor)).body)).toMatchObject({
      user_id: null,
      ...figures,
    });
    const byDatabase = formed(databaseStatisticsForm, (await get(`/executions/${user}/database-stats?days=7`)).body);
    expect(byDatabase.database_stats).toMatchObject([{ database_name: 'one', ...figures }]);
    const byType = formed(databaseStatisticsForm, (await get('/executions/database-stats/global?group_by=database_type', auditor)).body);
    expect(byType.database_stats).toMatchObject([{ database_type: 'duckdb', total_executions: 2 }]);
  });

  it("of others are an auditor's alone; an auditor changes nothing", async () => {
    for (const path of [
      '/executions/X999999',
      '/executions/X999999/stats',
      '/executions/stats/global',
      '/executions/database-stats/global',
      '/runs?user_id=X999999',
    ]) {
      const refused = await get(path);
      expect([path, refused.status, refused.body.error]).toMatchObject([path, 403, { code: 'request.forbidden' }]);
      expect([path, (await get(path, auditor)).status]).toEqual([path, 200]);
    }
    expect((await post('/runs', { last_event: 'now' }, auditor)).status).toBe(403);
    expect((await post(`/runs/${runId}/cancel`, {}, auditor)).status).toBe(403);
  });
});

describe('runs over HTTP', () => {
  it('are started, looked at and read, and always say what is missing', async () => {
    const started = await post('/runs', { last_event: testLastEvent, window_hours: 24, case_reference: 'INC-4711' });
    expect(started.status).toBe(202);
    const id = String(started.body.run_id);
    await test.app.runs.get(id).ended;
    const { body } = await get(`/runs/${id}`);
    const run = formed(runForm.loose(), body);
    expect(run).toMatchObject({
      run_id: id,
      outcome: 'partial',
      coverage: { expected: 4, answered: 1 },
      user_id: user,
      case_reference: 'INC-4711',
    });
    expect(run.missing.map(({ source }) => source)).toContain('one/phones');
    const result = await get(`/runs/${id}/result?table=undetermined`);
    expect(result.body).toMatchObject({ run_id: id, table: 'undetermined', count: 1, total: 1 });
    expect((result.body.rows as string[][])[0]?.[0]).toBe('1');
    expect(result.body.missing).toEqual(run.missing);
    expect(String(result.body.headline)).not.toMatch(/^No client/);
    expect((await get(`/runs/${id}/result?table=source&source=${encodeURIComponent('one/emails')}`)).body).toMatchObject({ count: 1 });
    const list = await get('/runs?limit=1');
    await test.app.history.recorded();
    expect(list.body).toMatchObject({ count: 1, limit: 1, offset: 0 });
    const kept = await test.app.history.ask('run', { runId: id });
    expect(kept?.run.conversationId).toBe('INC-4711');
    expect(kept?.executions.map(({ execution }) => execution.conversationId)).toContain('INC-4711');
    expect((await post('/runs', { last_event: testLastEvent, case_reference: 'two\nlines' })).status).toBe(400);
  });

  it('are hunts where a range is given, and say so: live, recorded and in the list', async () => {
    const range = { from: '2026-11-10T00:00:00Z', to: '2026-11-20T14:00:00Z' };
    const started = await post('/runs', { ...range, window_hours: 24 });
    expect(started.status).toBe(202);
    const id = String(started.body.run_id);
    await test.app.runs.get(id).ended;
    const looked = { from: '2026-11-10T00:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' };
    expect(formed(runForm.loose(), (await get(`/runs/${id}`)).body)).toMatchObject({ range: looked, window_hours: 24, outcome: 'partial' });
    await test.app.history.recorded();
    const { runs } = (await get('/runs?limit=2')).body as { runs: z.output<typeof runForm>[] };
    expect(runs.map((run) => formed(runForm, run).range)).toEqual([looked, null]);
    expect((await get(`/runs/${id}/result?table=undetermined`)).body).toMatchObject({ run_id: id, coverage: { expected: 4, answered: 1 } });
    expect((await post('/runs', range, auditor)).status).toBe(403);
  });

  it('can be cancelled; a run that is not there is 404', async () => {
    expect((await post(`/runs/${runId}/cancel`, {})).body).toMatchObject({ run_id: runId, outcome: 'partial' });
    for (const path of ['/runs/none', '/runs/none/result', '/nothing', '/executions'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    expect((await post('/runs/none/cancel', {})).status).toBe(404);
  });
});

describe('what is not right', () => {
  it.each([
    [`/executions/${user}?limit=0`, 'limit'],
    [`/executions/${user}?limit=1001`, 'limit'],
    [`/executions/${user}?limit=`, 'limit'],
    [`/executions/${user}?limit=1&limit=2`, 'limit'],
    [`/executions/${user}?limit=0x10`, 'limit'],
    [`/executions/${user}?limit=1e2`, 'limit'],
    [`/executions/${user}?limit=%2010`, 'limit'],
    [`/executions/${user}?offset=`, 'offset'],
    [`/executions/${user}?offset=1000000001`, 'offset'],
    [`/executions/${user}?offset=99999999999999999999`, 'offset'],
    [`/executions/${'é'.repeat(201)}`, 'user_id'],
    ['/executions/%ED%A0%80', 'path'],
    ['/executions/%ff/stats', 'path'],
    [`/executions/${user}?offset=-1`, 'offset'],
    [`/executions/${user}?status=good`, 'status'],
    [`/executions/${user}?colour=red`, 'colour'],
    [`/executions/${user}/stats?days=0.5`, 'days'],
    [`/executions/${user}/stats?days=many`, 'days'],
    [`/executions/${user}/database-stats?group_by=moon`, 'group_by'],
    ['/runs?outcome=good', 'outcome'],
    ['/runs/x/result?table=all', 'table'],
  ])('%s gets 400 with the field %s', async (path, field) => {
    const { status, body } = await get(path);
    expect([status, body.error]).toMatchObject([400, { code: 'request.invalid', field }]);
  });

  it.each([
    [{ window_hours: 1 }, 'last_event'],
    [{ last_event: 'now', window_hours: -1 }, 'window_hours'],
    [{ last_event: 'now', databases: ['one', 7] }, 'databases.1'],
    [{ last_event: 'now', password: 'x' }, 'password'],
    [{ from: '2026-11-10T00:00:00Z' }, 'to'],
    [{ to: 'now' }, 'from'],
    [{ from: '2026-11-10T00:00:00Z', to: 'now', last_event: 'now' }, 'last_event'],
    [{ from: 'x', to: 'now' }, 'from'],
    [{ from: '2026-11-10T00:00:00Z', to: 'x' }, 'to'],
    [{ from: '2026-11-20T14:00:00Z', to: '2026-11-10T00:00:00Z' }, 'from'],
  ])('a run asked for with %j gets 400 with the field %s', async (body, field) => {
    expect((await post('/runs', body)).body.error).toMatchObject({ code: 'request.invalid', field });
  });

  it('is told with the headers of every other answer, where no route can be found for it', async () => {
    const { status, headers } = await get('/executions/%ED%A0%80');
    expect([status, headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual([400, 'nosniff', 'no-store']);
  });

  it('a user id may be long and of any letters', async () => {
    const name = '\u{1F600}'.repeat(50);
    expect((await get(`/executions/${encodeURIComponent(name)}`, auditor)).body).toMatchObject({ user_id: name, count: 0 });
  });

  it('a body that is no JSON, too large or of another kind is refused', async () => {
    expect((await post('/runs', '{"last_event":')).status).toBe(400);
    expect((await post('/runs', JSON.stringify({ last_event: 'x'.repeat(70_000) }))).status).toBe(413);
    const text = await get('/runs', own, {
      method: 'POST',
      headers: { authorization: `Bearer ${own}`, 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(text.status).toBe(415);
  });

  it('a request without a token, with a wrong one or with the session of a page gets 401, and no page of another site gets anything', async () => {
    expect((await get(`/executions/${user}`, '')).status).toBe(401);
    expect((await get(`/executions/${user}`, `${own}x`)).headers.get('www-authenticate')).toBe('Bearer');
    const entered = await fetch(host.newAddress(), { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await get(`/executions/${user}`, '', { headers: { cookie } })).status).toBe(401);
    const foreign = await fetch(`${origin()}/api/v1/runs`, { headers: { authorization: `Bearer ${own}`, origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    expect(await statusWithHost('evil.example')).toBe(403);
    const callWithToken = await fetch(`${origin()}/api/call`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own}`, 'x-cam': '1' },
    });
    expect(callWithToken.status).toBe(403);
  });

  it('never makes a mistake of the program of any parameters', async () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
      fc.constantFrom('', '%', '\0', "' OR 1=1 --", '1e999', 'NaN', '[]'),
    );
    const names = fc.constantFrom(
      'limit',
      'offset',
      'status',
      'database_type',
      'days',
      'group_by',
      'table',
      'source',
      'sort',
      'descending',
      'outcome',
      'user_id',
      '__proto__',
    );
    const path = fc.constantFrom(
      (text: string) => `/executions/${text}`,
      (text: string) => `/executions/${text}/stats`,
      (text: string) => `/executions/${text}/database-stats`,
      () => '/executions/stats/global',
      () => '/executions/database-stats/global',
      () => '/runs',
      (text: string) => `/runs/${text}`,
      (text: string) => `/runs/${text}/result`,
      () => `/runs/${runId}/result`,
    );
    await fc.assert(
      fc.asyncProperty(path, anything, fc.array(fc.tuple(names, anything), { maxLength: 4 }), async (make, text, query) => {
        const encoded = make(text.isWellFormed() ? encodeURIComponent(text) : '%ff');
        const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value.toWellFormed()])).toString();
        const { status, body } = await get(`${encoded}?${search}`, auditor);
        expect([status, body]).toEqual([expect.toBeOneOf([200, 400, 404, 414, 429]), body]);
        if (status === 400)
          expect(body.error).toMatchObject({
            code: 'request.invalid',
            message: expect.any(String) as string,
            field: expect.any(String) as string,
          });
      }),
      { numRuns: 300 },
    );
  });

  it('a refusal that only the plan or the table can give names the field too', async () => {
    const bodies: readonly (readonly [object, string])[] = [
      [{ last_event: 'x' }, 'last_event'],
      [{ last_event: 'now', rule: 'no such rule' }, 'rule'],
      [{ last_event: 'now', databases: ['no such database'] }, 'databases'],
      [{ last_event: 'now', databases: [] }, 'databases'],
      [{ last_event: 'now', partitions: { Region: ['eu'] } }, 'partitions.Region'],
      [{ last_event: '2026-11-20 14:00', zone: 'Nowhere/Town' }, 'zone'],
    ];
    for (const [body, field] of bodies) {
      const { status, body: answer } = await post('/runs', body);
      expect([status, answer.error]).toMatchObject([400, { code: 'request.invalid', field }]);
    }
    for (const [query, field] of [
      ['sort=nosuch', 'sort'],
      ['table=source&source=nosuch', 'source'],
    ]) {
      const { status, body: answer } = await get(`/runs/${runId}/result?${String(query)}`, own);
      expect([status, answer.error]).toMatchObject([400, { field }]);
    }
    const broken = await get('/runs', own, {
      method: 'POST',
      headers: { authorization: `Bearer ${own}`, 'content-type': 'application/json' },
      body: '{',
    });
    expect([broken.status, broken.body.error]).toMatchObject([400, { field: 'body' }]);
  });

  it('never makes a mistake of the program of any body', async () => {
    const field = fc.constantFrom('last_event', 'zone', 'rule', 'window_hours', 'strict', 'databases', 'partitions', 'x');
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(field, fc.jsonValue()),
      fc.record({ last_event: fc.string(), zone: fc.string() }),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status, body: answer } = await post('/runs', body);
        expect([status, answer.error]).toMatchObject([400, { code: 'request.invalid', field: expect.any(String) as string }]);
      }),
      { numRuns: 150 },
    );
  });

  it('is told to come back later when it asks too often', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => get('/runs', 'nobody')));
    const late = answers.filter(({ status }) => status === 429);
    expect(late.length).toBeGreaterThan(10);
    expect(Number(late[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('while the history cannot be reached', () => {
  it('a run of this program is told, and of its executions that they are not known; what only the history knows is 503', async () => {
    const away = await startTestApp([{ name: 'one', driver: 'duckdb', queries: [{ name: 'emails', changeType: 'email', sql: row }] }], {
      user_settings: { sid: user },
      history: { url: 'postgres://cam@127.0.0.1:9/cam' },
    });
    const tokens = new ApiTokens();
    const there = await startBrowserHost(away.app, readPageFiles(join(folder, 'page')), {
      port: 0,
      version: '0.0.0-test',
      apiTokens: tokens,
    });
    const url = `http://127.0.0.1:${String(there.port)}/api/v1`;
    const [path = ''] = (await tokens.write(join(folder, 'away'), { url, port: there.port, user })).paths;
    const { token } = JSON.parse(readFileSync(path, 'utf8')) as { token: string };
    const ask = async (route: string): Promise<{ status: number; body: Record<string, unknown> }> => {
      const response = await fetch(`${url}${route}`, { headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const { plan } = await away.run();
    expect(await ask(`/runs/${plan.runId}`)).toMatchObject({ status: 200, body: { outcome: 'partial', executions: null } });
    for (const route of ['/runs', '/runs/another', `/executions/${user}`])
      expect(await ask(route)).toMatchObject({ status: 503, body: { error: { code: 'history.unavailable' } } });
    await there.close();
    await away.close();
  });
});

describe('a question to the history', () => {
  it('is answered with 503 where the store hangs', async () => {
    const lock = new DatabaseSync(join(test.app.config.current().settings.history.directory, 'history.sqlite'), { timeout: 30_000 });
    lock.exec('BEGIN IMMEDIATE');
    const asked = askInTime(test.app.history, 'setHold', { reason: 'case 7', by: user }, 100);
    await expect(asked).rejects.toMatchObject({
      failure: { code: 'history.unavailable', message: 'The history has not answered within 0.1 s.' },
    });
    lock.exec('ROLLBACK');
    lock.close();
  });

  it('about a run that it does not have yet is answered with what this program knows, its executions not known', async () => {
    const store = new DatabaseSync(join(test.app.config.current().settings.history.directory, 'history.sqlite'), { timeout: 30_000 });
    const { plan } = await test.run();
    await test.app.history.recorded();
    store.prepare('DELETE FROM query_runs WHERE run_id = ?').run(plan.runId);
    store.close();
    expect((await get(`/runs/${plan.runId}`)).body).toMatchObject({ run_id: plan.runId, executions: null });
  });
});

describe('the OpenAPI document', () => {
  it('names every route with its parameters, its answer and the bearer token', async () => {
    const document = await documentOf();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/v1/executions/database-stats/global',
      '/api/v1/executions/stats/global',
      '/api/v1/executions/{user_id}',
      '/api/v1/executions/{user_id}/database-stats',
      '/api/v1/executions/{user_id}/stats',
      '/api/v1/runs',
      '/api/v1/runs/{run_id}',
      '/api/v1/runs/{run_id}/cancel',
      '/api/v1/runs/{run_id}/result',
      '/health',
      '/metrics',
    ]);
    const { parameters = [], responses } = document.paths['/api/v1/executions/{user_id}']?.get ?? { responses: {} };
    expect(parameters.map(({ name, in: place }) => `${place}:${name}`).sort()).toEqual([
      'path:user_id',
      'query:database_type',
      'query:limit',
      'query:offset',
      'query:status',
    ]);
    expect(parameters.find(({ name }) => name === 'limit')).toMatchObject({
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
      required: false,
    });
    expect(Object.keys(responses)).toEqual(['200', '4XX']);
    expect(document.components.securitySchemes).toEqual({ bearer: { type: 'http', scheme: 'bearer' } });
  });
});

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, { get?: { parameters?: { name: string; in: string }[]; responses: object } }>;
  readonly components: { readonly securitySchemes: object };
}

async function documentOf(): Promise<Document> {
  const response = await fetch(`${origin()}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${own}` } });
  return (await response.json()) as Document;
}

/** `fetch` does not let a Host header be set. */
function statusWithHost(name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: host.port, path: '/api/v1/runs', headers: { host: name, authorization: `Bearer ${own}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('metrics and health', () => {
  it('are read with the token of either role', async () => {
    const statusOf = async (path: string, token: string): Promise<number> =>
      (await fetch(`${origin()}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
    for (const path of ['/metrics', '/health']) {
      expect([await statusOf(path, own), await statusOf(path, auditor), await statusOf(path, 'nonsense')]).toEqual([200, 200, 401]);
    }
  });

  it('are under a limit: who has no token does not use up what those may ask who have one', async () => {
    const ask = async (token: string): Promise<Response> => fetch(`${origin()}/health`, { headers: { authorization: `Bearer ${token}` } });
    const strangers = await Promise.all(Array.from({ length: 60 }, () => ask('nonsense')));
    expect(strangers.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    expect(new Set(strangers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect((await ask(own)).status).toBe(200);
    const readers = await Promise.all(Array.from({ length: 150 }, () => ask(auditor)));
    const late = readers.find(({ status }) => status === 429);
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

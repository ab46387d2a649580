import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type TestApp, testLastEvent } from '../../testing/test-app.ts';
import type { HealthReport } from '../monitoring/health-report.ts';
import { readPageFiles } from './page-files.ts';
import { type BrowserHost, startBrowserHost } from './server.ts';

const metricsToken = 'a token of a monitoring program'.replaceAll(' ', '-');
let test: TestApp;
let host: BrowserHost;
let folder: string;
let cookie: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-page-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>the page</title>');
  await writeFile(join(folder, 'page', 'assets', 'main-abc.js'), 'export {};');
  await writeFile(join(folder, 'secret.html'), 'not for the page');
  test = await startTestApp([
    {
      name: 'one',
      driver: 'duckdb',
      queries: [{ name: 'emails', changeType: 'email', sql: "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date" }],
    },
  ]);
  host = await startBrowserHost(test.app, readPageFiles(join(folder, 'page')), { port: 0, version: '0.0.0-test', metricsToken });
  const entered = await fetch(host.newAddress(), { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
});

afterAll(async () => {
  await host.close();
  await test.close();
  await rm(folder, { recursive: true });
});

const port = (): number => host.port;
const origin = (): string => `http://127.0.0.1:${host.port}`;
const call = (method: string, input: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${origin()}/api/call`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cam': '1', cookie, ...headers },
    body: JSON.stringify({ method, input }),
  });

const listen = (headers: Record<string, string>): WebSocket => new WebSocket(`ws://127.0.0.1:${host.port}/api/events`, { headers });

/** A request exactly as written: `fetch` would not send a foreign Host or an unnormalised path. */
function raw(path: string, headers: Record<string, string>, sentBody?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const method = sentBody === undefined ? 'GET' : 'POST';
    const sent = httpRequest({ host: '127.0.0.1', port: host.port, method, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end(sentBody);
  });
}

describe('the browser host', () => {
  it('says that a port is taken, and leaves nothing behind that would keep the program from ending', async () => {
    const refused = startBrowserHost(test.app, readPageFiles(join(folder, 'page')), { port: port(), version: '0.0.0-test' });
    await expect(refused).rejects.toMatchObject({
      failure: { code: 'request.invalid', message: `The port ${String(port())} is taken by another program.` },
    });
  });

  it('gives the page to whoever opens the printed address, once', async () => {
    const address = host.newAddress();
    const first = await fetch(address, { redirect: 'manual' });
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const page = await fetch(origin(), { headers: { cookie: first.headers.get('set-cookie')?.split(';')[0] ?? '' } });
    expect(await page.text()).toContain('the page');
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
  });

  it('allows no script but its own and nothing from elsewhere', async () => {
    const page = await fetch(origin(), { headers: { cookie } });
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('answers calls of its page, checked by the contract', async () => {
    expect(await (await call('app.info', {})).json()).toMatchObject({ ok: true, value: { version: '0.0.0-test' } });
    expect(await (await call('no.such.method', {})).json()).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
    expect(
      await (
        await call('result.page', { runId: 'x', request: { table: { kind: 'confirmed' }, offset: -1, limit: 10, filters: [] } })
      ).json(),
    ).toMatchObject({
      ok: false,
      error: { code: 'request.invalid' },
    });
  });

  it('refuses a call without a session', async () => {
    for (const wrong of ['', `${cookie.split('=')[0] ?? ''}=`, `${cookie}x`])
      expect((await call('app.info', {}, { cookie: wrong })).status).toBe(403);
  });

  it.each(['/ap%69/call', '/%61pi/call', '/%61%70%69/c%61ll', '/api/call?x=/', '/api/call#x'])(
    'refuses a call without a session however its path is written: %s',
    async (path) => {
      const body = JSON.stringify({ method: 'app.info', input: {} });
      const headers = { host: `127.0.0.1:${host.port}`, 'content-type': 'application/json', 'x-cam': '1' };
      const answer = await raw(path, headers, body);
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain('0.0.0-test');
      expect((await raw('/ap%69/call', { ...headers, cookie }, body)).body).toContain('0.0.0-test');
    },
  );

  it.each(['/api/events', '/api/nothing', '/ap%69/events'])(
    'says of %s without a session only that it is not for everybody',
    async (path) => {
      const host = { host: `127.0.0.1:${String(port())}` };
      expect((await raw(path, host)).status).toBe(403);
      expect((await raw(path, { ...host, cookie })).status).toBe(404);
    },
  );

  it('refuses a call that a form of another site could make', async () => {
    expect((await call('app.info', {}, { 'x-cam': '' })).status).toBe(403);
    expect((await call('app.info', {}, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await call('app.info', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('refuses a foreign Host, as a name that was rebound to loopback would send it', async () => {
    expect((await raw('/', { host: 'evil.example', cookie })).status).toBe(403);
    expect((await raw('/', { host: `127.0.0.1:${host.port}`, cookie })).status).toBe(200);
  });

  it('serves no file outside the page, however the path is written', async () => {
    for (const path of [
      '/../secret.html',
      '/%2e%2e/secret.html',
      '/assets/..%2f..%2fsecret.html',
      '/assets/%00',
      '//etc/passwd',
      '/..\\secret.html',
    ]) {
      const { status, body } = await raw(path, { host: `127.0.0.1:${host.port}`, cookie });
      expect(status).not.toBe(200);
      expect(body).not.toContain('not for the page');
    }
  });

  it('refuses a body that is too large', async () => {
    expect((await call('app.info', { padding: 'x'.repeat(300_000) })).status).toBe(413);
  });

  it('tells the events of a run to a page that listens', async () => {
    const page = listen({ cookie, origin: origin() });
    const events: { event: string; payload: { runId?: string; seq?: number; event?: { kind: string } } }[] = [];
    const ended = new Promise<void>((resolve) => {
      page.on('message', (data: Buffer) => {
        events.push(JSON.parse(data.toString('utf8')) as (typeof events)[number]);
        if (events.at(-1)?.payload.event?.kind === 'run-ended') resolve();
      });
    });
    await once(page, 'open');
    const started = (await (await call('run.start', { lastEvent: testLastEvent })).json()) as { value: { runId: string } };
    await ended;
    page.terminate();
    const ofRun = events.filter(({ event }) => event === 'run.event');
    expect(ofRun.map(({ payload }) => payload.seq)).toEqual(ofRun.map((_, index) => index + 1));
    expect(ofRun[0]?.payload.runId).toBe(started.value.runId);
  });

  it('tells no events without a session, to a page of another site, or under a foreign name', async () => {
    const own = { cookie, origin: origin() };
    for (const change of [{ cookie: '' }, { origin: 'http://evil.example' }, { origin: undefined }, { host: 'evil.example' }]) {
      const headers = Object.fromEntries(Object.entries({ ...own, ...change }).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >;
      const refused = listen(headers);
      const [error] = (await once(refused, 'error')) as [Error];
      expect(error.message).toContain('403');
    }
  });

  it('cuts off a page that talks where it should listen', async () => {
    const page = listen({ cookie, origin: origin() });
    await once(page, 'open');
    page.send('hello');
    const [code] = (await once(page, 'close')) as [number];
    expect(code).toBe(1008);
  });
});

describe('metrics and health', () => {
  const monitoring = (path: string, headers: Record<string, string>): Promise<Response> => fetch(`${origin()}${path}`, { headers });
  const authorization = `Bearer ${metricsToken}`;

  it.each(['/metrics', '/health', '/health?x=1'])('%s is read with the token or the session, and by nobody else', async (path) => {
    expect((await monitoring(path, { authorization })).status).toBe(200);
    expect((await monitoring(path, { cookie })).status).toBe(200);
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { authorization: `Basic ${metricsToken}` }]) {
      expect((await monitoring(path, headers as Record<string, string>)).status).toBe(401);
    }
    expect((await raw(path, { host: 'evil.example', authorization })).status).toBe(403);
  });

  it.each(['/metric%73', '/%6detrics', '/%68ealth', '/healt%68?x=1'])('%s is as closed as it would be written plainly', async (path) => {
    expect((await raw(path, { host: `127.0.0.1:${host.port}` })).status).toBe(401);
    expect((await raw(path, { host: `127.0.0.1:${host.port}`, authorization })).status).toBe(200);
  });

  it('the token opens nothing else', async () => {
    const answer = await fetch(`${origin()}/api/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cam': '1', authorization },
      body: JSON.stringify({ method: 'config.get', input: {} }),
    });
    expect(answer.status).toBe(403);
  });

  it('count a run, and nothing is in flight when it has ended', async () => {
    const before = await (await monitoring('/metrics', { authorization })).text();
    await test.run();
    const answer = await monitoring('/metrics', { authorization });
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const after = await answer.text();
    const value = (text: string, line: string): number =>
      Number(
        text
          .split('\n')
          .find((each) => each.startsWith(`${line} `))
          ?.split(' ')[1] ?? 0,
      );
    const rise = (line: string): number => value(after, line) - value(before, line);
    expect(rise('cam_scatters_total{strategy="single"}')).toBe(1);
    expect(rise('cam_rows_total{db_namespace="one"}')).toBe(1);
    expect(rise('cam_source_ends_total{db_namespace="one",outcome="completed"}')).toBe(1);
    const duration = '{db_namespace="one",db_system_name="duckdb",strategy="single",error_type=""}';
    expect(rise(`db_client_operation_duration_seconds_count${duration}`)).toBe(1);
    expect(rise('cam_queue_wait_seconds_count{db_namespace="one"}')).toBe(1);
    expect([value(after, 'cam_runs_in_flight'), value(after, 'cam_sources_in_flight{db_namespace="one"}')]).toEqual([0, 0]);
    expect(value(after, 'cam_sources_waiting{db_namespace="one"}')).toBe(0);
  });

  it('tell for each endpoint its breaker, its last success and how long it took', async () => {
    await test.run();
    const health = (await (await monitoring('/health', { authorization })).json()) as HealthReport;
    expect(health).toMatchObject({ status: 'ok', reasons: [], in_flight: { runs: 0, sources: 0, waiting: 0 } });
    expect(health.endpoints).toMatchObject([{ database: 'one', endpoint: ':memory:', breaker: 'closed', last_code: null }]);
    expect(health.endpoints[0]?.last_success_at).toMatch(/^\d{4}-/);
    expect(health.endpoints[0]?.last_latency_seconds).toBeGreaterThanOrEqual(0);
  });
});

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type TestApp, testLastEvent } from '../../testing/test-app.ts';
import { readPageFiles } from './page-files.ts';
import { type BrowserHost, startBrowserHost } from './server.ts';

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
  host = await startBrowserHost(test.app, readPageFiles(join(folder, 'page')), 0);
  const entered = await fetch(host.newAddress(), { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
});

afterAll(async () => {
  await host.close();
  await test.close();
  await rm(folder, { recursive: true });
});

const origin = (): string => `http://127.0.0.1:${host.port}`;
const call = (method: string, input: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${origin()}/api/call`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cam': '1', cookie, ...headers },
    body: JSON.stringify({ method, input }),
  });

const listen = (headers: Record<string, string>): WebSocket => new WebSocket(`ws://127.0.0.1:${host.port}/api/events`, { headers });

/** A request exactly as written: `fetch` would not send a foreign Host or an unnormalised path. */
function raw(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: host.port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the browser host', () => {
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
    for (const wrong of ['', 'cam_session=', `${cookie}x`]) expect((await call('app.info', {}, { cookie: wrong })).status).toBe(403);
  });

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

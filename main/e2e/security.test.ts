import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { globalNames, tryForbiddenThings } from './in-page.mjs';
import { type Project, sampleProject } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { ready } from './window.ts';

const { driven } = whichHosts();
const browserAlone = driven.filter((name) => name === 'browser');
/** Names that the page puts on its global object: the validation library's own settings and registry. */
const reviewedGlobals = ['__zod_globalConfig', '__zod_globalRegistry'];
const desktopAlone = driven.filter((name) => name === 'desktop');

let project: Project;
let host: RunningHost;

async function start(name: 'browser' | 'desktop'): Promise<void> {
  project = sampleProject();
  host = await startHost(name, project);
  await ready(host.page);
}

async function stop(): Promise<void> {
  await host.close();
  project.remove();
}

describe.each(driven)('a page in the %s', (name) => {
  beforeAll(() => start(name));
  afterAll(stop);

  it('has nothing of Node', async () => {
    const kinds = await host.page.evaluate('[typeof require, typeof process, typeof module, typeof Buffer, typeof global]');
    expect(kinds).toEqual(['undefined', 'undefined', 'undefined', 'undefined', 'undefined']);
  });

  it('has on its global object what was reviewed, and no more', async () => {
    const names = await host.page.evaluate(globalNames);
    expect([...names].sort()).toEqual(name === 'desktop' ? [...reviewedGlobals, 'cam'] : reviewedGlobals);
  });

  it('runs no script but its own, and reaches nothing outside', async () => {
    const { stoppedBy, ran, fetched } = await host.page.evaluate(tryForbiddenThings);
    expect({ ran, fetched }).toEqual({ ran: false, fetched: false });
    for (const directive of [
      'connect-src',
      'form-action',
      'frame-src',
      'img-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-elem',
    ]) {
      expect(stoppedBy).toContain(directive);
    }
    expect(host.page.url().startsWith(host.origin)).toBe(true);
  });

  it('is answered with an error, not with a crash, when it asks for what is not there', async () => {
    const script = `(async () => {
      const call = globalThis.cam?.invoke ?? (async (method, input) => (await fetch('/api/call', {
        method: 'POST', headers: { 'content-type': 'application/json', 'x-cam': '1' }, body: JSON.stringify({ method, input }) })).json());
      const replies = [await call('no.such.method', {}), await call('__proto__', {}), await call('run.cancel', { runId: 5 }), await call('app.info', {})];
      return replies.map((reply) => (reply.ok ? 'ok' : reply.error.code));
    })()`;
    expect(await host.page.evaluate(script)).toEqual(['request.invalid', 'request.invalid', 'request.invalid', 'ok']);
  });
});

describe.each(browserAlone)('the %s host', (name) => {
  beforeAll(() => start(name));
  afterAll(stop);

  it('answers nobody without a session', async () => {
    const call = await fetch(`${host.origin}/api/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cam': '1' },
      body: JSON.stringify({ method: 'app.info', input: {} }),
    });
    const events = await fetch(`${host.origin}/api/events`);
    const page = await fetch(`${host.origin}/?token=guessed`);
    expect([call.status, events.status, page.status]).toEqual([403, 403, 403]);
  });

  it('is of no use to a page of another site that the same person has open', async () => {
    const site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title><iframe></iframe>');
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const elsewhere = `http://localhost:${String((site.address() as AddressInfo).port)}/`;
    const page = await host.page.context().newPage();
    try {
      await page.goto(elsewhere);
      const script = `(async () => {
        const answered = async (options) => fetch('${host.origin}/api/call', options).then((reply) => reply.status, () => 'refused');
        const body = JSON.stringify({ method: 'app.info', input: {} });
        const json = { 'content-type': 'application/json', 'x-cam': '1' };
        return [
          await answered({ method: 'POST', credentials: 'include', headers: json, body }),
          await answered({ method: 'POST', credentials: 'include', mode: 'no-cors', body }),
          await fetch('${host.origin}/', { credentials: 'include' }).then((reply) => reply.status, () => 'refused'),
        ];
      })()`;
      expect(await page.evaluate(script)).toEqual(['refused', 'refused', 'refused']);
      await page.locator('iframe').evaluate((frame, address) => ((frame as unknown as { src: string }).src = address), `${host.origin}/`);
      await page.waitForTimeout(500);
      const framed = await Promise.all(
        page
          .frames()
          .slice(1)
          .map((frame) => frame.content().catch(() => '')),
      );
      expect(framed.some((content) => content.includes('Run Analysis'))).toBe(false);
    } finally {
      await page.close();
      site.close();
    }
  });
});

describe.each(desktopAlone)('a window of the %s', (name) => {
  beforeAll(() => start(name));
  afterAll(stop);

  it('leads nowhere else and opens no other window', async () => {
    expect(await host.page.evaluate('window.open("https://example.com/")')).toBeNull();
    await host.page.evaluate('location.href = "https://example.com/"');
    await host.page.waitForTimeout(500);
    expect(host.page.url()).toBe('cam://app/index.html');
  });

  it('is denied what it asks the system for', async () => {
    expect(await host.page.evaluate('Notification.requestPermission()')).toBe('denied');
    expect(await host.page.evaluate('navigator.mediaDevices.getUserMedia({ audio: true }).then(() => "given", () => "denied")')).toBe(
      'denied',
    );
  });
});

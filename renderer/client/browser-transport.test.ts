import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../app/contract/client.ts';
import { CamError } from '../../app/model/failure.ts';
import { createBrowserTransport } from './browser-transport.ts';
import { findTransport } from './transport.ts';

/** The browser's WebSocket as far as the transport uses it, moved by the test. */
class TestSocket {
  static readonly opened: TestSocket[] = [];
  readonly url: string;
  isClosed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { readonly data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(url: string) {
    this.url = url;
    TestSocket.opened.push(this);
  }

  close(): void {
    this.isClosed = true;
    this.onclose?.();
  }
}

const socket = (): TestSocket => {
  const last = TestSocket.opened.at(-1);
  if (last === undefined) throw new Error('no socket was opened');
  return last;
};
const ports = { WebSocket: TestSocket as unknown as typeof WebSocket, origin: 'http://127.0.0.1:4711' };
const globals = { fetch, WebSocket: ports.WebSocket, location: { origin: ports.origin } };

describe('calls of the browser transport', () => {
  let answer: { status: number; body: string };
  let seen: Request[];

  beforeEach(() => {
    answer = { status: 200, body: '{"ok":true,"value":null}' };
    seen = [];
  });

  /** The browser's own requests and responses; only the way between them is short. */
  const answeringFetch: typeof fetch = (input, init) => {
    seen.push(new Request(new URL(input as string, 'http://127.0.0.1'), init));
    return Promise.resolve(new Response(answer.body, { status: answer.status }));
  };
  const client = () => createClient(createBrowserTransport({ fetch: answeringFetch, ...ports }));

  it('are posted as JSON with the header that no foreign page can send', async () => {
    answer.body = '{"ok":true,"value":{"runId":"run-1"}}';
    expect(await client().call('run.start', { lastEvent: 'now' })).toEqual({ runId: 'run-1' });
    const request = seen[0]!;
    expect([request.method, new URL(request.url).pathname]).toEqual(['POST', '/api/call']);
    expect([request.headers.get('x-cam'), request.headers.get('content-type')]).toEqual(['1', 'application/json']);
    expect(await request.json()).toEqual({ method: 'run.start', input: { lastEvent: 'now' } });
  });

  it('bring the core’s failure whatever the status', async () => {
    answer = { status: 400, body: '{"ok":false,"error":{"code":"request.invalid","message":"m","action":"a"}}' };
    await expect(client().call('run.list', {})).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
  });

  it('say that the window must be opened anew when the session is not accepted', async () => {
    answer = { status: 403, body: 'Forbidden' };
    await expect(client().call('run.list', {})).rejects.toMatchObject({ failure: { code: 'request.forbidden' } });
  });

  it('fail with a clear message when something else answers, or nothing', async () => {
    answer = { status: 502, body: '<html>' };
    await expect(client().call('run.list', {})).rejects.toBeInstanceOf(CamError);
    const unreachable = createBrowserTransport({ fetch: () => Promise.reject(new TypeError('failed')), ...ports });
    await expect(createClient(unreachable).call('run.list', {})).rejects.toMatchObject({ failure: { code: 'internal' } });
  });
});

describe('events of the browser transport', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    TestSocket.opened.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const transport = () => createBrowserTransport({ fetch, ...ports });

  it('reach every subscriber over one socket, which is closed with the last', () => {
    const got: unknown[] = [];
    const over = transport();
    const first = over.subscribe((event, payload) => got.push([event, payload]));
    const second = over.subscribe((event) => got.push(event));
    expect(TestSocket.opened.map((each) => each.url)).toEqual(['ws://127.0.0.1:4711/api/events']);
    socket().onmessage?.({ data: '{"event":"log.entry","payload":{"at":1}}' });
    expect(got).toEqual([['log.entry', { at: 1 }], 'log.entry']);
    first();
    expect(socket().isClosed).toBe(false);
    second();
    expect(socket().isClosed).toBe(true);
  });

  it('tell of a break and of its end, and come back ever more patiently', () => {
    const told: string[] = [];
    const over = transport();
    over.onConnection?.((connection) => told.push(connection));
    const stop = over.subscribe(() => undefined);
    socket().onopen?.();
    for (const waitMs of [500, 1000, 2000, 4000, 8000, 8000]) {
      const before = TestSocket.opened.length;
      socket().onclose?.();
      vi.advanceTimersByTime(waitMs - 1);
      expect(TestSocket.opened.length).toBe(before);
      vi.advanceTimersByTime(1);
      expect(TestSocket.opened.length).toBe(before + 1);
    }
    socket().onopen?.();
    socket().onclose?.();
    vi.advanceTimersByTime(500);
    expect(told).toEqual(['open', ...Array<string>(6).fill('lost'), 'open', 'lost']);
    const opened = TestSocket.opened.length;
    stop();
    vi.advanceTimersByTime(60_000);
    expect([TestSocket.opened.length, told.length]).toEqual([opened, 9]);
  });
});

describe('findTransport', () => {
  it('takes the desktop’s doorway where there is one, else the browser host', () => {
    const doorway = { invoke: () => Promise.resolve(null), subscribe: () => () => undefined };
    expect(findTransport({ cam: doorway, ...globals })).toBe(doorway);
    expect(findTransport({ cam: { invoke: 1 }, ...globals }).onConnection).toBeDefined();
    expect(findTransport(globals).onConnection).toBeDefined();
  });
});

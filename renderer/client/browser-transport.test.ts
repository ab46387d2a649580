import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../app/contract/client.ts';
import { CamError } from '../../app/model/failure.ts';
import { createBrowserTransport } from './browser-transport.ts';
import { findTransport } from './transport.ts';

/** The browser's event source as far as the transport uses it, moved by the test. */
class TestEventSource {
  static readonly CLOSED = 2;
  static readonly opened: TestEventSource[] = [];
  readonly url: string;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: { readonly data: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(url: string) {
    this.url = url;
    TestEventSource.opened.push(this);
  }

  close(): void {
    this.readyState = TestEventSource.CLOSED;
  }

  fail(isGivenUp: boolean): void {
    this.readyState = isGivenUp ? TestEventSource.CLOSED : 0;
    this.onerror?.();
  }
}

const source = (): TestEventSource => {
  const last = TestEventSource.opened.at(-1);
  if (last === undefined) throw new Error('no event source was opened');
  return last;
};
const EventSourcePort = TestEventSource as unknown as typeof EventSource;

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
  const client = () => createClient(createBrowserTransport({ fetch: answeringFetch, EventSource: EventSourcePort }));

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
    const unreachable = createBrowserTransport({ fetch: () => Promise.reject(new TypeError('failed')), EventSource: EventSourcePort });
    await expect(createClient(unreachable).call('run.list', {})).rejects.toMatchObject({ failure: { code: 'internal' } });
  });
});

describe('events of the browser transport', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    TestEventSource.opened.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const transport = () => createBrowserTransport({ fetch, EventSource: EventSourcePort });

  it('reach every subscriber over one stream, which is closed with the last', () => {
    const got: unknown[] = [];
    const over = transport();
    const first = over.subscribe((event, payload) => got.push([event, payload]));
    const second = over.subscribe((event) => got.push(event));
    expect(TestEventSource.opened.map((each) => each.url)).toEqual(['/api/events']);
    source().onmessage?.({ data: '{"event":"log.entry","payload":{"at":1}}' });
    expect(got).toEqual([['log.entry', { at: 1 }], 'log.entry']);
    first();
    expect(source().readyState).toBe(0);
    second();
    expect(source().readyState).toBe(TestEventSource.CLOSED);
  });

  it('tell of a break and of its end, whether the browser comes back by itself or has given up', () => {
    const told: string[] = [];
    const over = transport();
    over.onConnection?.((connection) => told.push(connection));
    const stop = over.subscribe(() => undefined);
    source().onopen?.();
    source().fail(false);
    expect(TestEventSource.opened.length).toBe(1);
    source().onopen?.();
    source().fail(true);
    vi.advanceTimersByTime(499);
    expect(TestEventSource.opened.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(TestEventSource.opened.length).toBe(2);
    source().fail(true);
    vi.advanceTimersByTime(999);
    expect(TestEventSource.opened.length).toBe(2);
    vi.advanceTimersByTime(1);
    source().onopen?.();
    expect(told).toEqual(['open', 'lost', 'open', 'lost', 'lost', 'open']);
    stop();
    vi.advanceTimersByTime(60_000);
    expect(TestEventSource.opened.length).toBe(3);
  });
});

describe('findTransport', () => {
  it('takes the desktop’s doorway where there is one, else the browser host', () => {
    const doorway = { invoke: () => Promise.resolve(null), subscribe: () => () => undefined };
    expect(findTransport({ cam: doorway, fetch, EventSource: EventSourcePort })).toBe(doorway);
    expect(findTransport({ cam: { invoke: 1 }, fetch, EventSource: EventSourcePort }).onConnection).toBeDefined();
    expect(findTransport({ fetch, EventSource: EventSourcePort }).onConnection).toBeDefined();
  });
});

import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type CamTransport, eventNames } from '../app/contract/methods.ts';

const { exposed, renderer } = vi.hoisted(() => {
  const listeners = new Map<string, Set<(...args: unknown[]) => void>>();
  return {
    exposed: new Map<string, unknown>(),
    renderer: {
      invoked: [] as unknown[][],
      listeners,
      invoke: (...args: unknown[]): Promise<unknown> => {
        renderer.invoked.push(args);
        return Promise.resolve({ ok: true, value: null });
      },
      on: (channel: string, listener: (...args: unknown[]) => void): void => {
        listeners.set(channel, new Set([...(listeners.get(channel) ?? []), listener]));
      },
      off: (channel: string, listener: (...args: unknown[]) => void): void => {
        listeners.get(channel)?.delete(listener);
      },
    },
  };
});

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) },
  ipcRenderer: renderer,
}));

let cam: CamTransport;

beforeAll(async () => {
  await import('./preload.ts');
  cam = exposed.get('cam') as CamTransport;
});

function receive(...message: unknown[]): void {
  for (const listener of renderer.listeners.get('cam:event') ?? []) listener(...message);
}

describe('what the page is given', () => {
  it('is one object with two functions, and nothing else', () => {
    expect([...exposed.keys()]).toEqual(['cam']);
    expect(Object.entries(cam).map(([name, value]) => `${name}: ${typeof value}`)).toEqual(['invoke: function', 'subscribe: function']);
  });

  it('never hands over the ipcRenderer or the raw event', () => {
    const received: unknown[][] = [];
    const stop = cam.subscribe((...args) => received.push(args));
    receive({ sender: new EventEmitter() }, 'log.entry', { message: 'one' });
    expect(received).toEqual([['log.entry', { message: 'one' }]]);
    stop();
  });

  it('lets through the events of the contract, all of them and no others', () => {
    const received: string[] = [];
    const stop = cam.subscribe((event) => received.push(event));
    for (const name of [...eventNames, 'no.such.event', '__proto__', 'constructor', 'toString']) receive({}, name, null);
    expect(received).toEqual(eventNames);
    stop();
  });

  it('stops telling when unsubscribed', () => {
    const received: unknown[] = [];
    cam.subscribe((event) => received.push(event))();
    receive({}, 'log.entry', null);
    expect([received, renderer.listeners.get('cam:event')?.size]).toEqual([[], 0]);
  });

  it('calls on one channel, whatever the page gives as a method', async () => {
    await cam.invoke('cam:event', { a: 1 });
    expect(renderer.invoked).toEqual([['cam:call', 'cam:event', { a: 1 }]]);
  });

  it('fits on one screen', () => {
    const lines = readFileSync(new URL('preload.ts', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
  });
});

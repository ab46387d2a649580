import type { IpcMain, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../app/base/logger.ts';
import type { Handlers } from '../app/contract/dispatch.ts';
import { serveWindows } from './ipc-server.ts';
import { StubIpcMain } from './testing/electron-stub.ts';
import { StubContents } from './testing/windows-stub.ts';

function server(ownUrl = 'cam://app/index.html') {
  const ipcMain = new StubIpcMain();
  const own = new StubContents(ownUrl);
  const listeners = new Set<(event: string, payload: unknown) => void>();
  const calls: unknown[] = [];
  const handlers = {
    'run.cancel': async (input: unknown) => {
      calls.push(input);
      return null;
    },
  } as unknown as Handlers;
  const stop = serveWindows({
    ipcMain: ipcMain as unknown as IpcMain,
    handlers,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ownContents: () => [own as unknown as WebContents],
    logger: silentLogger,
  });
  const cancel = (event: unknown): Promise<unknown> => ipcMain.invoke(event, 'run.cancel', { runId: 'r1' });
  return { ipcMain, own, listeners, calls, stop, cancel };
}

const forbidden = { ok: false, error: { code: 'request.forbidden' } };

describe('a call from a window', () => {
  it('is answered when it comes from the top frame of our window on our page', async () => {
    const { own, calls, cancel } = server();
    expect(await cancel({ sender: own, senderFrame: own.mainFrame })).toEqual({ ok: true, value: null });
    expect(calls).toEqual([{ runId: 'r1' }]);
  });

  it.each([
    'https://example.com/',
    'http://app/index.html',
    'file:///index.html',
    'cam://app.evil/index.html',
    'cam://evil/index.html',
    'cam://app:1/index.html',
    'cam://user@app/',
    'CAM://APP/',
    'about:blank',
    'about:srcdoc',
    'data:text/html,x',
    'blob:cam://app/1',
    'not a url',
  ])('is refused from a page of another origin (%s)', async (url) => {
    const { own, calls, cancel } = server(url);
    expect(await cancel({ sender: own, senderFrame: own.mainFrame })).toMatchObject(forbidden);
    expect(calls).toEqual([]);
  });

  it('is refused from a frame without a URL', async () => {
    const { own, calls, cancel } = server('');
    expect(await cancel({ sender: own, senderFrame: own.mainFrame })).toMatchObject(forbidden);
    expect(calls).toEqual([]);
  });

  it('is refused from an iframe, also of our own origin', async () => {
    const { own, calls, cancel } = server();
    const iframe = { url: 'cam://app/index.html', parent: own.mainFrame, detached: false };
    expect(await cancel({ sender: own, senderFrame: iframe })).toMatchObject(forbidden);
    expect(calls).toEqual([]);
  });

  it('is refused from a web contents that is no window of ours', async () => {
    const { calls, cancel } = server();
    const foreign = new StubContents('cam://app/index.html');
    expect(await cancel({ sender: foreign, senderFrame: foreign.mainFrame })).toMatchObject(forbidden);
    expect(calls).toEqual([]);
  });

  it('is refused when the frame is gone, detached or already disposed', async () => {
    const { own, calls, cancel } = server();
    const disposed = {
      get detached(): boolean {
        throw new Error('Render frame was disposed before WebFrameMain could be accessed');
      },
    };
    for (const senderFrame of [null, { ...own.mainFrame, detached: true }, disposed]) {
      expect(await cancel({ sender: own, senderFrame })).toMatchObject(forbidden);
    }
    expect(calls).toEqual([]);
  });

  it.each([['no.such.method'], ['__proto__'], ['constructor'], [undefined], [{ toString: (): string => 'run.cancel' }]])(
    'to an unknown method (%j) is answered with an error',
    async (method) => {
      const { ipcMain, own, calls } = server();
      const event = { sender: own, senderFrame: own.mainFrame };
      expect(await ipcMain.invoke(event, method, { runId: 'r1' })).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
      expect(calls).toEqual([]);
    },
  );

  it('with input that the contract does not describe never reaches its handler', async () => {
    const { ipcMain, own, calls } = server();
    const event = { sender: own, senderFrame: own.mainFrame };
    for (const input of [undefined, {}, { runId: 1 }, { runId: 'r1', extra: true }]) {
      expect(await ipcMain.invoke(event, 'run.cancel', input)).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
    }
    expect(calls).toEqual([]);
  });
});

describe('events', () => {
  it('go to every window of ours that is still there', () => {
    const { own, listeners } = server();
    for (const listener of listeners) listener('log.entry', { message: 'one' });
    own.isGone = true;
    for (const listener of listeners) listener('log.entry', { message: 'two' });
    expect(own.sent).toEqual([['cam:event', 'log.entry', { message: 'one' }]]);
  });

  it('and calls end when serving stops', () => {
    const { ipcMain, listeners, stop } = server();
    stop();
    expect([listeners.size, ipcMain.handlers.size]).toEqual([0, 0]);
  });
});

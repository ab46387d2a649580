import type { App, Session } from 'electron';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../app/base/logger.ts';
import { closeContents, closeSession } from './security.ts';
import { StubApp } from './testing/app-stub.ts';
import { StubSession } from './testing/electron-stub.ts';
import { preventableEvent, StubContents } from './testing/windows-stub.ts';

function closedSession(isPackaged = true): StubSession {
  const session = new StubSession();
  closeSession(session as unknown as Session, { isPackaged, logger: silentLogger });
  return session;
}

function closedContents(): { app: StubApp; contents: StubContents } {
  const app = new StubApp();
  closeContents(app as unknown as App, silentLogger);
  const contents = new StubContents('cam://app/index.html');
  app.emit('web-contents-created', {}, contents);
  return { app, contents };
}

const own = { isMainFrame: true, requestingUrl: 'cam://app/index.html' };

describe('permissions', () => {
  it.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'fileSystem',
    'hid',
    'serial',
    'usb',
    'midi',
    'display-capture',
    'unknown',
    'a permission of tomorrow',
  ])('%s is denied to our own page', (permission) => {
    const session = closedSession();
    const answers: unknown[] = [];
    session.permissionRequest?.({}, permission, (granted: boolean) => answers.push(granted), own);
    expect(answers).toEqual([false]);
    expect(session.permissionCheck?.({}, permission, 'cam://app/', own)).toBe(false);
  });

  it('only the top frame of our own page may write to the clipboard', () => {
    const session = closedSession();
    const ask = (details: { isMainFrame: boolean; requestingUrl: string }): unknown[] => {
      const answers: unknown[] = [];
      session.permissionRequest?.({}, 'clipboard-sanitized-write', (granted: boolean) => answers.push(granted), details);
      answers.push(session.permissionCheck?.(null, 'clipboard-sanitized-write', details.requestingUrl, details));
      return answers;
    };
    expect(ask(own)).toEqual([true, true]);
    expect(ask({ ...own, isMainFrame: false })).toEqual([false, false]);
    expect(ask({ ...own, requestingUrl: 'https://example.com/' })).toEqual([false, false]);
    expect(ask({ ...own, requestingUrl: '' })).toEqual([false, false]);
  });

  it('devices and screen capture are denied', () => {
    const session = closedSession();
    const streams: unknown[] = [];
    session.displayMedia?.({}, (answer: unknown) => streams.push(answer));
    expect([session.deviceCheck?.({}), streams]).toEqual([false, [null]]);
  });
});

describe('requests', () => {
  const isCancelled = (session: StubSession, url: string): boolean | undefined => {
    let cancelled: boolean | undefined;
    session.beforeRequest?.({ url }, (answer) => {
      cancelled = answer.cancel;
    });
    return cancelled;
  };

  it.each([
    'http://example.com/',
    'https://example.com/',
    'ws://localhost:1/',
    'ftp://x/',
    'file:///etc/passwd',
    'cam://evil/',
    'blob:https://example.com/1',
    'chrome://gpu',
    'devtools://devtools/x',
    '',
  ])('to %j do not leave a packaged program', (url) => {
    expect(isCancelled(closedSession(), url)).toBe(true);
  });

  it.each(['cam://app/assets/a.js', 'data:image/png;base64,AA==', 'blob:cam://app/1'])('to %s go through', (url) => {
    expect(isCancelled(closedSession(), url)).toBe(false);
  });

  it('of the developer tools go through only in a checkout', () => {
    expect(isCancelled(closedSession(false), 'devtools://devtools/bundled/x.js')).toBe(false);
    expect(isCancelled(closedSession(false), 'https://example.com/')).toBe(true);
  });

  it('a download is stopped', () => {
    const event = preventableEvent({});
    closedSession().emit('will-download', event);
    expect(event.defaultPrevented).toBe(true);
  });
});

describe('every web contents', () => {
  it.each(['will-redirect', 'will-attach-webview'])('stops %s', (name) => {
    const { contents } = closedContents();
    const event = preventableEvent({ url: 'cam://app/index.html' });
    contents.emit(name, event);
    expect(event.defaultPrevented).toBe(true);
  });

  it.each(['https://example.com/', 'file:///etc/passwd', 'cam://app/other.html', 'cam://app/index.html?x=1', 'about:blank', ''])(
    'stops a navigation to %j',
    (url) => {
      const { contents } = closedContents();
      for (const name of ['will-navigate', 'will-frame-navigate']) {
        const event = preventableEvent({ url, isMainFrame: true });
        contents.emit(name, event);
        expect(event.defaultPrevented).toBe(true);
      }
    },
  );

  it('lets the page load itself anew, but no frame load it', () => {
    const { contents } = closedContents();
    const reload = preventableEvent({ url: 'cam://app/index.html', isMainFrame: true });
    const frame = preventableEvent({ url: 'cam://app/index.html', isMainFrame: false });
    contents.emit('will-navigate', reload);
    contents.emit('will-frame-navigate', reload);
    contents.emit('will-frame-navigate', frame);
    expect([reload.defaultPrevented, frame.defaultPrevented]).toEqual([false, true]);
  });

  it('opens no window', () => {
    const { contents } = closedContents();
    for (const url of ['https://example.com/', 'about:blank', 'cam://app/index.html', '']) {
      expect(contents.openHandler?.({ url })).toEqual({ action: 'deny' });
    }
  });

  it('accepts no certificate, sends none, and answers no logon', () => {
    const { app } = closedContents();
    const answers: unknown[] = [];
    const answer = (...values: unknown[]): void => {
      answers.push(values);
    };
    const events = [preventableEvent({}), preventableEvent({}), preventableEvent({})] as const;
    app.emit('certificate-error', events[0], {}, 'https://example.com/', 'net::ERR_CERT_AUTHORITY_INVALID', {}, answer);
    app.emit('select-client-certificate', events[1], {}, 'https://example.com/', [{}], answer);
    app.emit('login', events[2], {}, {}, {}, answer);
    expect(answers).toEqual([[false], [], []]);
    expect(events.map((event) => event.defaultPrevented)).toEqual([true, true, true]);
  });
});

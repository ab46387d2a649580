/** What a page may not do, whatever it tries: said once for the session, and for every web contents that is ever made. */
import type { App, Session, WebContents } from 'electron';
import type { Logger } from '../app/base/logger.ts';
import { appScheme, appUrl, isAppUrl } from './app-origin.ts';

/** The parts of a session that are closed. */
export type SessionToClose = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'webRequest'
  | 'on'
>;

/**
 * The one thing a page may ask for: writing text to the clipboard, on a click, from our own page ("Copy note"). Reading it is denied.
 */
const grantedPermission = 'clipboard-sanitized-write';

/** Denies permissions, devices, screen capture and downloads, and lets no request leave the program's own scheme. */
export function closeSession(session: SessionToClose, options: { readonly isPackaged: boolean; readonly logger: Logger }): void {
  const { logger } = options;
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const isGranted = permission === grantedPermission && details.isMainFrame && isAppUrl(details.requestingUrl);
    if (!isGranted) logger.warn('a page was denied a permission', { permission });
    answer(isGranted);
  });
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin, details) =>
      permission === grantedPermission && details.isMainFrame && isAppUrl(requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => {
    answer(null);
  });
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const isAllowed = isAppUrl(url) || isInMemory(url) || (!options.isPackaged && url.startsWith('devtools://'));
    if (!isAllowed) logger.warn('a request to the network was stopped', { url: url.slice(0, 200) });
    answer({ cancel: !isAllowed });
  });
  session.on('will-download', (event) => {
    logger.warn('a download was stopped');
    event.preventDefault();
  });
}

/** Puts the handlers on every web contents from its first moment on, and refuses what only a network page could need. */
export function closeContents(app: Pick<App, 'on'>, logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => {
    closeOneContents(contents, logger);
  });
  app.on('certificate-error', (event, _contents, url, error, _certificate, answer) => {
    logger.warn('a certificate was not accepted', { url: url.slice(0, 200), error });
    event.preventDefault();
    answer(false);
  });
  app.on('select-client-certificate', (event, _contents, _url, _certificates, answer) => {
    event.preventDefault();
    answer();
  });
  app.on('login', (event, _contents, _details, _authInfo, answer) => {
    event.preventDefault();
    answer();
  });
}

function closeOneContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>, logger: Logger): void {
  const stop = (what: string) => (event: { preventDefault(): void; readonly url?: string }) => {
    logger.warn(what, { url: event.url?.slice(0, 200) });
    event.preventDefault();
  };
  const stopNavigation = stop('a navigation was stopped');
  // The page may load itself anew (its "Reload" after a mistake); it may go nowhere else, and no frame goes anywhere.
  contents.on('will-navigate', (event) => {
    if (event.url !== appUrl) stopNavigation(event);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || event.url !== appUrl) stopNavigation(event);
  });
  contents.on('will-redirect', stop('a redirect was stopped'));
  contents.on('will-attach-webview', stop('a webview was stopped'));
  contents.setWindowOpenHandler(({ url }) => {
    logger.warn('a new window was refused', { url: url.slice(0, 200) });
    return { action: 'deny' };
  });
}

/** `data:` and `blob:` never leave the process; `blob:` only of our own origin. */
function isInMemory(url: string): boolean {
  return url.startsWith('data:') || url.startsWith(`blob:${appScheme}://app/`);
}

/** Serves the built page under the custom scheme: files of one folder, by GET, with a strict content security policy. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { CustomScheme } from 'electron';
import { appScheme, isAppUrl } from './app-origin.ts';

/** What the scheme may do: a real origin (`standard`, `secure`) and module scripts. It may not bypass the policy or be fetched from elsewhere. */
export const appSchemePrivileges: CustomScheme = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** The page's policy. Styles may be inline because the component library sets them at run time; scripts may not. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * The only paths that are looked up: plain names between slashes, none starting with a dot. Whatever an attack needs (`..`, `%`,
 * a backslash, NUL, a drive letter, an empty segment) is not in this alphabet, so nothing has to be decoded or cleaned.
 */
const plainPath = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

/** A handler for the scheme that serves the files of `folder` (absolute). */
export function createAppProtocol(folder: string): (request: Pick<Request, 'method' | 'url'>) => Promise<Response> {
  return async ({ method, url }) => {
    if (!isAppUrl(url)) return plainAnswer(404);
    if (method !== 'GET') return plainAnswer(405, { allow: 'GET' });
    const { pathname } = new URL(url);
    return await serveFile(folder, pathname === '/' ? '/index.html' : pathname);
  };
}

async function serveFile(folder: string, pathname: string): Promise<Response> {
  const contentType = contentTypes[extname(pathname)];
  if (contentType === undefined || !plainPath.test(pathname)) return plainAnswer(404);
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, pathname))]);
    if (!file.startsWith(root + sep)) return plainAnswer(404);
    const body = await readFile(file);
    return new Response(body, { status: 200, headers: { ...securityHeaders, 'content-type': contentType } });
  } catch {
    return plainAnswer(404);
  }
}

function plainAnswer(status: 404 | 405, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(status === 404 ? 'Not found' : 'Only GET', {
    status,
    headers: { ...securityHeaders, ...headers, 'content-type': 'text/plain; charset=utf-8' },
  });
}

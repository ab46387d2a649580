import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy, createAppProtocol } from './app-protocol.ts';

let base: string;
let serve: ReturnType<typeof createAppProtocol>;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'cam-protocol-'));
  const root = join(base, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await mkdir(join(base, 'renderer-private'));
  await writeFile(join(base, 'secret.json'), 'secret');
  await writeFile(join(base, 'renderer-private', 'secret.json'), 'secret');
  await writeFile(join(root, 'index.html'), '<!doctype html>');
  await writeFile(join(root, '.env.json'), 'secret');
  await writeFile(join(root, 'notes.yaml'), 'secret');
  await writeFile(join(root, 'assets', 'index-B1_x-y.js'), 'export {};');
  await symlink(join(base, 'secret.json'), join(root, 'assets', 'link.json'));
  await symlink(base, join(root, 'out'));
  serve = createAppProtocol(root);
});

afterAll(async () => {
  await rm(base, { recursive: true });
});

/** What Electron hands over: `url` is taken as it is, because `new Request` would clean it up first. */
function request(url: string, method = 'GET'): { readonly url: string; readonly method: string } {
  return { url, method };
}

describe('the program scheme', () => {
  it('serves the page and its assets with the right types', async () => {
    const page = await serve(request('cam://app/index.html'));
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<!doctype html>',
    ]);
    expect((await serve(request('cam://app/'))).status).toBe(200);
    const script = await serve(request('cam://app/assets/index-B1_x-y.js?v=1#top'));
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  it('sends the content security policy and nosniff with every answer, also with errors', async () => {
    for (const answer of [
      await serve(request('cam://app/')),
      await serve(request('cam://app/none.js')),
      await serve(request('cam://app/', 'POST')),
    ]) {
      expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('allows no script but its own files', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'; script-src 'self';");
    expect(contentSecurityPolicy).not.toMatch(/unsafe-eval|\*|https?:/);
    expect(contentSecurityPolicy.split('; ').filter((directive) => directive.includes('unsafe-inline'))).toEqual([
      "style-src 'self' 'unsafe-inline'",
    ]);
  });

  it.each([
    ['dots', 'cam://app/../secret.json'],
    ['encoded dots', 'cam://app/%2e%2e/secret.json'],
    ['dots encoded twice', 'cam://app/%252e%252e/secret.json'],
    ['an encoded slash', 'cam://app/..%2fsecret.json'],
    ['a backslash', 'cam://app/..\\secret.json'],
    ['an encoded backslash', 'cam://app/assets%5c..%5c..%5csecret.json'],
    ['NUL', 'cam://app/index.html%00.json'],
    ['an absolute path', 'cam://app//etc/passwd.json'],
    ['a drive letter', 'cam://app/C:/secret.json'],
    ['a file stream of Windows', 'cam://app/index.html::$DATA.json'],
    ['a link that leads out', 'cam://app/assets/link.json'],
    ['a folder that is a link out', 'cam://app/out/secret.json'],
    ['a folder whose name begins like ours', 'cam://app/../renderer-private/secret.json'],
    ['a hidden file', 'cam://app/.env.json'],
    ['a kind of file that is no part of a page', 'cam://app/notes.yaml'],
    ['a folder', 'cam://app/assets'],
    ['another host', 'cam://other/index.html'],
    ['a user in the address', 'cam://me@app/index.html'],
    ['another scheme', 'https://app/index.html'],
    ['no address', ''],
  ])('answers 404 to %s', async (_what, url) => {
    const answer = await serve(request(url));
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('Not found');
  });

  it('never serves anything from outside its folder, whatever the path', async () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2f',
      '%5c',
      '\\',
      '/',
      'secret.json',
      'assets',
      'renderer-private',
      'out',
      'link.json',
      '%00',
      ':',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        expect(await (await serve(request(`cam://app/${pieces.join('')}`))).text()).not.toBe('secret');
        expect(await (await serve(request(`cam://app/${pieces.join('/')}`))).text()).not.toBe('secret');
      }),
    );
  });

  it.each(['POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const answer = await serve(request('cam://app/index.html', method));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

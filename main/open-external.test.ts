import { describe, expect, it, vi } from 'vitest';
import { maximumExternalUrlLength, openExternal } from './open-external.ts';

const hosts = ['docs.example.com'];

async function tryToOpen(url: string): Promise<string[]> {
  const opened: string[] = [];
  const shell = { openExternal: vi.fn(async (target: string) => void opened.push(target)) };
  await openExternal(url, shell, hosts).catch((error: unknown) => {
    expect(error).toMatchObject({ failure: { code: 'request.forbidden' } });
  });
  return opened;
}

describe('leaving the program', () => {
  it.each([
    'mailto:a@example.com?subject=A%20run&body=two%0Alines',
    'mailto:a@example.com,b@example.com?cc=c@example.com',
    'https://docs.example.com/error?code=1',
  ])('opens %s', async (url) => {
    expect(await tryToOpen(url)).toEqual([url]);
  });

  it.each([
    'file:///etc/passwd',
    'file://server/share/tool.exe',
    'smb://server/share',
    'ms-msdt:/id PCWDiagnostic',
    'ms-officecmd:%7B%7D',
    'search-ms:query=x',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://docs.example.com/',
    'https://docs.example.com.evil.example/',
    'https://docs.example.com:8443/',
    'https://user@docs.example.com/',
    'https://evil.example/',
    'vbscript:x',
    'cam://app/index.html',
    'C:\\Windows\\System32\\calc.exe',
    '\\\\server\\share\\tool.exe',
    '/usr/bin/xterm',
    '',
  ])('refuses %s', async (url) => {
    expect(await tryToOpen(url)).toEqual([]);
  });

  it('refuses a mail draft that would be cut on its way', async () => {
    const start = 'mailto:a@example.com?body=';
    const longest = start + 'x'.repeat(maximumExternalUrlLength - start.length);
    expect(await tryToOpen(longest)).toEqual([longest]);
    expect(await tryToOpen(`${longest}x`)).toEqual([]);
  });

  it('refuses a mail draft that attaches a file', async () => {
    expect(await tryToOpen('mailto:a@example.com?attach=/etc/passwd')).toEqual([]);
    expect(await tryToOpen('mailto:a@example.com?subject=x&Attachment=C%3A%5Cx')).toEqual([]);
  });

  it.each([
    'mailto:a@example.com\n--flag',
    'mailto:a b@example.com',
    ' https://docs.example.com/',
    'ht\ttps://docs.example.com/',
    'mailto:ä@example.com',
  ])('refuses blanks, control characters and what is not ASCII (%j)', async (url) => {
    expect(await tryToOpen(url)).toEqual([]);
  });
});

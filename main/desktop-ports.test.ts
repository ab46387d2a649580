import type { BrowserWindow } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { createDesktopPorts } from './desktop-ports.ts';
import { StubWindow } from './testing/windows-stub.ts';

function ports(chosen: { canceled: boolean; filePaths: string[] }, window?: BrowserWindow) {
  const showOpenDialog = vi.fn((..._args: unknown[]) => Promise.resolve(chosen));
  const shell = { openExternal: vi.fn(() => Promise.resolve()), showItemInFolder: vi.fn() };
  return {
    desktop: createDesktopPorts({ dialog: { showOpenDialog }, shell, focusedWindow: () => window, notify: () => undefined }),
    showOpenDialog,
    shell,
  };
}

describe('the desktop', () => {
  it('lets a person choose a file or a folder, in front of the window where there is one', async () => {
    const window = new StubWindow({}) as unknown as BrowserWindow;
    const withWindow = ports({ canceled: false, filePaths: ['/a/krb5.conf'] }, window);
    expect(await withWindow.desktop.pick('file', 'Kerberos configuration')).toBe('/a/krb5.conf');
    expect(withWindow.showOpenDialog.mock.calls).toEqual([
      [window, { title: 'Kerberos configuration', properties: ['openFile', 'dontAddToRecent'] }],
    ]);
    const without = ports({ canceled: false, filePaths: ['/reports'] });
    expect(await without.desktop.pick('folder', 'Reports')).toBe('/reports');
    expect(without.showOpenDialog.mock.calls).toEqual([[{ title: 'Reports', properties: ['openDirectory', 'dontAddToRecent'] }]]);
  });

  it('gives nothing when the person changed their mind', async () => {
    expect(await ports({ canceled: true, filePaths: [] }).desktop.pick('file', 'x')).toBeNull();
    expect(await ports({ canceled: false, filePaths: [] }).desktop.pick('file', 'x')).toBeNull();
  });

  it('shows a file in the file manager', async () => {
    const { desktop, shell } = ports({ canceled: true, filePaths: [] });
    await desktop.showFile('/reports/a.xlsx');
    expect(shell.showItemInFolder.mock.calls).toEqual([['/reports/a.xlsx']]);
  });

  it('opens mail drafts and no other address', async () => {
    const { desktop, shell } = ports({ canceled: true, filePaths: [] });
    await desktop.openMail('mailto:a@example.com?subject=x');
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'ms-msdt:/id']) {
      await expect(desktop.openMail(url)).rejects.toMatchObject({ failure: { code: 'request.forbidden' } });
    }
    expect(shell.openExternal.mock.calls).toEqual([['mailto:a@example.com?subject=x']]);
  });
});

import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { electronRules } from './electron-rules.mjs';
import whole from './eslint.config.mjs';

/** The rules that a text breaks as this file. */
function broken(file: string, text: string): readonly string[] {
  const parsing: Linter.Config = {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
  };
  return new Linter().verify(text, [parsing, ...electronRules], { filename: file }).map(({ ruleId, message }) => ruleId ?? message);
}

const imports = ['@typescript-eslint/no-restricted-imports'];
const syntax = ['no-restricted-syntax'];

describe('the rules about Electron', () => {
  it('are part of what the linter looks at', () => {
    for (const block of electronRules) expect(whole).toContain(block);
  });

  it.each([
    ['main/menu.ts', "import { app } from 'electron';"],
    ['app/services/create-app.ts', "import electron from 'electron';"],
    ['renderer/window.ts', "import { shell } from 'electron/common';"],
    ['build/fuses.ts', "import * as electron from 'electron';"],
    ['main/index.ts', "import { webFrame as frame } from 'electron';"],
    ['main/preload.ts', "import { webFrame } from 'electron';"],
  ])('stop an import of values in %s: %s', (file, text) => {
    expect(broken(file, text)).toEqual(imports);
  });

  it.each([
    ['main/desktop-ports.ts', 'await shell.openExternal(url);'],
    ['main/notifications.ts', 'const { openExternal } = shell;'],
    ['main/windows.ts', "ipcMain.on('anything', listen);"],
    ['main/desktop-app.ts', "electron.ipcMain.handle('anything', listen);"],
    ['main/index.ts', 'globalThis.cam = ipcRenderer;'],
    ['main/window.ts', "contextBridge.exposeInMainWorld('all', everything);"],
    ['renderer/page.tsx', 'export const page = <webview src="https://example.com/" />;'],
    ['renderer/page.ts', "document.createElement('webview');"],
    ['main/window.ts', 'export const preferences = { webviewTag: true };'],
    ['main/window.ts', 'export const preferences = { sandbox: false };'],
    ['main/window.ts', 'export const preferences = { contextIsolation: false };'],
    ['main/window.ts', 'export const preferences = { nodeIntegration: true };'],
    ['main/windows.ts', "await window.loadFile('index.html');"],
  ])('stop in %s: %s', (file, text) => {
    expect(broken(file, text)).toEqual(syntax);
  });

  it.each([
    ['main/menu.ts', "import type { App } from 'electron';"],
    ['main/desktop-app.ts', "import type * as Electron from 'electron'; export const parts = { ipcMain: electron.ipcMain };"],
    ['main/index.ts', "import { app, ipcMain } from 'electron';"],
    ['main/preload.ts', "import { contextBridge, ipcRenderer } from 'electron'; ipcRenderer.invoke('cam:call');"],
    ['main/ipc-server.ts', "ipcMain.handle('cam:call', answer);"],
    ['main/open-external.ts', 'await shell.openExternal(url);'],
    ['main/window.ts', 'export const preferences = { sandbox: true, webviewTag: false };'],
    ['main/testing/electron-stub.ts', "import { app } from 'electron'; shell.openExternal(url);"],
  ])('let %s have: %s', (file, text) => {
    expect(broken(file, text)).toEqual([]);
  });
});

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { windowBoundsFile } from './window-bounds.ts';
import { usableBounds, windowOptions } from './window.ts';

const options = (isPackaged: boolean, isDark = false) => windowOptions({ preload: '/p/index.cjs', isDark, isPackaged });

describe('the options of a window', () => {
  it('keep the page in its sandbox', () => {
    expect(options(true).webPreferences).toEqual({
      preload: '/p/index.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
  });

  it('allow the developer tools in a checkout only', () => {
    expect([options(false).webPreferences?.devTools, options(true).webPreferences?.devTools]).toEqual([true, false]);
  });

  it('begin in the colour of the theme and never below the smallest size', () => {
    expect(options(true, true).backgroundColor).not.toBe(options(true, false).backgroundColor);
    expect(options(true)).toMatchObject({ minWidth: 1100, minHeight: 700, width: 1440, height: 900, show: false });
  });

  it('take remembered bounds', () => {
    expect(windowOptions({ preload: '', isDark: false, isPackaged: true, bounds: { x: 1, y: 2, width: 1300, height: 800 } })).toMatchObject(
      {
        x: 1,
        y: 2,
        width: 1300,
        height: 800,
      },
    );
  });
});

describe('remembered bounds', () => {
  const screens = [
    { x: 0, y: 25, width: 1920, height: 1055 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];

  it('are used where the window can be reached', () => {
    for (const bounds of [
      { x: 100, y: 100, width: 1400, height: 800 },
      { x: -1000, y: 25, width: 1400, height: 800 },
      { x: 3000, y: 10, width: 1400, height: 800 },
    ]) {
      expect(usableBounds(bounds, screens)).toEqual(bounds);
    }
  });

  it('are dropped where its title bar would be on no screen', () => {
    for (const bounds of [
      { x: 5000, y: 100, width: 1400, height: 800 },
      { x: -1350, y: 100, width: 1400, height: 800 },
      { x: 100, y: -200, width: 1400, height: 800 },
      { x: 100, y: 1060, width: 1400, height: 800 },
    ]) {
      expect(usableBounds(bounds, screens)).toBeUndefined();
    }
    expect(usableBounds(undefined, screens)).toBeUndefined();
  });

  it('are made as large as the layout needs', () => {
    expect(usableBounds({ x: 0, y: 30, width: 200, height: 100 }, screens)).toEqual({ x: 0, y: 30, width: 1100, height: 700 });
  });
});

describe('the file of remembered bounds', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cam-bounds-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('gives back what was saved and leaves no temporary file', () => {
    const store = windowBoundsFile(join(directory, 'new', 'window.json'));
    expect(store.load()).toBeUndefined();
    store.save({ x: -5, y: 6, width: 1200, height: 700 });
    expect(store.load()).toEqual({ x: -5, y: 6, width: 1200, height: 700 });
    expect(readdirSync(join(directory, 'new'))).toEqual(['window.json']);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"x":0}',
    '{"x":0,"y":0,"width":-1,"height":1}',
    '{"x":1e9,"y":0,"width":1,"height":1}',
    '{"x":"0","y":0,"width":1,"height":1}',
  ])('with %j in it is ignored', (text) => {
    const file = join(directory, 'bad.json');
    writeFileSync(file, text);
    expect(windowBoundsFile(file).load()).toBeUndefined();
  });

  it('that cannot be written does not stop the program', () => {
    const store = windowBoundsFile(join(directory, 'bad.json', 'below-a-file', 'window.json'));
    store.save({ x: 0, y: 0, width: 1200, height: 700 });
    expect(store.load()).toBeUndefined();
  });
});

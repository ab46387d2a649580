import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FuseV1Options } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applicationId } from '../main/desktop-app.ts';
import packageJson from '../package.json' with { type: 'json' };
import { staleSentence } from './before-pack.ts';
import { electronProblem, pinned, supportedUntil } from './electron-support.ts';
import { fuses } from './fuses.ts';

interface BuilderConfiguration {
  readonly appId: string;
  readonly files: readonly string[];
  readonly asarUnpack: readonly string[];
  readonly afterPack: string;
  readonly beforePack: string;
  readonly linux: { readonly target: readonly string[] };
  readonly mac: { readonly entitlements: string; readonly entitlementsInherit: string; readonly hardenedRuntime: boolean };
}

const root = new URL('..', import.meta.url);
const configuration = parse(readFileSync(new URL('electron-builder.yml', root), 'utf8')) as BuilderConfiguration;

describe('electron-builder.yml', () => {
  it('is accepted by electron-builder', async () => {
    const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
    const { validateConfiguration } = fromBuilder('app-builder-lib/out/util/config/config') as {
      validateConfiguration: (value: unknown, debugLogger: unknown) => Promise<void>;
    };
    const { DebugLogger } = fromBuilder('builder-util') as { DebugLogger: new (isEnabled: boolean) => unknown };
    await validateConfiguration(configuration, new DebugLogger(false));
    await expect(validateConfiguration({ ...configuration, asarr: true }, new DebugLogger(false))).rejects.toThrow(
      "unknown property 'asarr'",
    );
  });

  it('names hooks and files that are there', () => {
    const { mac } = configuration;
    for (const file of [configuration.afterPack, configuration.beforePack, mac.entitlements, mac.entitlementsInherit]) {
      expect(readFileSync(new URL(file, root), 'utf8')).not.toBe('');
    }
  });

  it('installs the program under the id that the program gives itself', () => {
    expect(configuration.appId).toBe(applicationId);
  });

  it('asks for no package that needs a project address and a maintainer, for none would be true', () => {
    // What electron-builder hands to fpm; the address is asked for first.
    const byFpm = ['deb', 'rpm', 'sh', 'freebsd', 'pacman', 'apk', 'p5p'];
    expect(configuration.linux.target.filter((target) => byFpm.includes(target))).toEqual([]);
    expect(configuration.linux.target.length).toBeGreaterThan(0);
  });

  it('checks first that what is packed was built from the sources as they are', () => {
    expect(configuration.beforePack).toBe('./build/before-pack.ts');
    expect(staleSentence(['page', 'desktop'])).toBe(
      'What would be packed was not built from the sources as they are (page, desktop): run "npm run pack" or "npm run dist", which build first.',
    );
  });

  it('packs the main process that package.json names', () => {
    expect([packageJson.main, configuration.files[0]]).toEqual(['out/main/index.js', 'out/**/*']);
  });
});

describe('the rights of the macOS program', () => {
  it('are those of V8, and foreign libraries in its helpers alone', () => {
    const keys = (file: string): string[] =>
      [...readFileSync(new URL(file, root), 'utf8').matchAll(/<key>([^<]+)<\/key>\s*<true\/>/g)].map((match) => match[1] ?? '');
    expect(configuration.mac.hardenedRuntime).toBe(true);
    expect(keys(configuration.mac.entitlements)).toEqual(['com.apple.security.cs.allow-jit']);
    expect(keys(configuration.mac.entitlementsInherit)).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.cs.disable-library-validation',
    ]);
  });
});

describe('the fuses', () => {
  it('are all decided on', () => {
    const names = Object.values(FuseV1Options).filter((value) => typeof value === 'string');
    const decided = Object.keys(fuses).filter((key) => /^\d+$/.test(key));
    expect([decided.length, fuses.strictlyRequireAllFuses]).toEqual([names.length, true]);
  });

  it('keep the binary from running as Node, from foreign options and from code outside the archive', () => {
    expect(fuses).toMatchObject({
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
    });
  });
});

describe('the Electron in use', () => {
  it('is the one whose release day is known', () => {
    expect(electronProblem(packageJson.devDependencies.electron, Date.parse(pinned.releasedOn))).toBeUndefined();
    expect(electronProblem('99.0.0', Date.parse(pinned.releasedOn))).toMatch('enter the new major');
  });

  it('is refused once three majors have followed it', () => {
    expect(supportedUntil('2026-05-06')).toBe('2026-10-21');
    const version = `${String(pinned.major)}.1.0`;
    const lastDay = Date.parse(`${supportedUntil(pinned.releasedOn)}T12:00:00Z`);
    expect(electronProblem(version, lastDay)).toBeUndefined();
    expect(electronProblem(version, lastDay + 86_400_000)).toMatch('take a newer major');
  });
});

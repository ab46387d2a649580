import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSecondStarts, ownAppImage, type ProgramStart } from './second-start.ts';

const plain: ProgramStart = { given: {}, rest: ['/checkout', '--no-sandbox'] };

function starts(start: ProgramStart = plain) {
  const calls: unknown[] = [];
  const state = { isClosing: false };
  const second = createSecondStarts({
    start,
    isClosing: () => state.isClosing,
    focus: () => calls.push('focus'),
    tellOther: () => calls.push('other'),
    relaunch: (how) => calls.push(how),
  });
  return { calls, state, second };
}

describe('a further start', () => {
  it('comes to the window that is there', () => {
    const { calls, second } = starts();
    second.onSecondInstance({});
    second.onActivate();
    expect(calls).toEqual(['focus', 'focus']);
  });

  it('with other files than the ones that are open says so', () => {
    const { calls, second } = starts({ ...plain, given: { config: '/here/databases.yaml' } });
    second.onSecondInstance({ config: '/here/databases.yaml' });
    second.onSecondInstance({ config: '/there/databases.yaml' });
    second.onSecondInstance({});
    expect(calls).toEqual(['focus', 'focus', 'other', 'focus', 'other']);
  });

  it('while the services are closing starts the program once more, after the end, with the files it asks for', () => {
    const { calls, state, second } = starts({ ...plain, given: { settings: '/here/settings.yaml' } });
    state.isClosing = true;
    second.onSecondInstance({ config: '/there/databases.yaml' });
    second.onSecondInstance({});
    second.onActivate();
    expect(calls).toEqual([{ args: ['/checkout', '--no-sandbox', '--config=/there/databases.yaml'] }]);
  });

  it('by a click on the icon while the services are closing starts it again as it was', () => {
    const { calls, state, second } = starts({ given: { config: '/here/databases.yaml' }, rest: [], program: '/apps/cam.AppImage' });
    state.isClosing = true;
    second.onActivate();
    expect(calls).toEqual([{ args: ['--config=/here/databases.yaml'], execPath: '/apps/cam.AppImage' }]);
  });

  it.each([
    ['nothing', undefined],
    ['text', '--inspect'],
    ['a list', ['--inspect']],
    ['a switch that is none of the three', { config: '/there/databases.yaml', inspect: '9229' }],
    ['something that is no path', { config: 5 }],
    ['an empty path', { config: '' }],
    ['a path without end', { config: 'x'.repeat(5000) }],
  ])('that hands over %s counts as one with the same files', (_what, handedOver) => {
    const { calls, state, second } = starts();
    second.onSecondInstance(handedOver);
    state.isClosing = true;
    second.onSecondInstance(handedOver);
    expect(calls).toEqual(['focus', { args: ['/checkout', '--no-sandbox'] }]);
  });
});

describe('the file that a person starts', () => {
  const mounted = { APPIMAGE: '/apps/cam.AppImage', APPDIR: '/tmp/.mount_camX1' };

  it('is the AppImage in whose unpacked folder the program runs', () => {
    expect(ownAppImage('/tmp/.mount_camX1/client-activity-monitor', mounted)).toBe('/apps/cam.AppImage');
    expect(ownAppImage('/tmp/.mount_camX1/..bin/monitor', mounted)).toBe('/apps/cam.AppImage');
  });

  it('is known also where the folder it is unpacked in is named by a link', () => {
    const real = realpathSync(mkdtempSync(join(tmpdir(), 'cam-appimage-')));
    try {
      mkdirSync(join(real, 'mounted'));
      symlinkSync(join(real, 'mounted'), join(real, 'link'));
      const environment = { APPIMAGE: '/apps/cam.AppImage', APPDIR: join(real, 'link') };
      expect(ownAppImage(join(real, 'mounted', 'monitor'), environment)).toBe('/apps/cam.AppImage');
    } finally {
      rmSync(real, { recursive: true });
    }
  });

  it.each([
    ['of a terminal that is an AppImage itself', '/opt/monitor/client-activity-monitor', mounted],
    ['whose folder only begins with the same letters', '/tmp/.mount_camX12/client-activity-monitor', mounted],
    ['whose folder is the binary', '/tmp/.mount_camX1', mounted],
    ['beside the program', '/tmp/client-activity-monitor', { ...mounted, APPDIR: '/tmp/client-activity-monitor/usr' }],
    ['that names no folder', '/tmp/.mount_camX1/monitor', { APPIMAGE: mounted.APPIMAGE }],
    ['that names an empty folder', '/tmp/.mount_camX1/monitor', { ...mounted, APPDIR: '' }],
    ['that has no absolute path', '/tmp/.mount_camX1/monitor', { ...mounted, APPIMAGE: '' }],
    ['that is not there', '/tmp/.mount_camX1/monitor', { APPDIR: mounted.APPDIR }],
  ])('is no AppImage %s', (_what, execPath, environment) => {
    expect(ownAppImage(execPath, environment)).toBeUndefined();
  });
});

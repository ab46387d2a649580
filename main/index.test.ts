import { describe, expect, it, vi } from 'vitest';
import { applicationId } from './desktop-app.ts';
import { stubElectron } from './testing/electron-stub.ts';

const electron = stubElectron();
vi.mock('electron', () => ({ ...electron.parts }));

describe('the entry of the desktop', () => {
  it('runs to its end before Electron is ready, because Electron waits for it', async () => {
    electron.app.whenReady = () => new Promise(() => undefined);
    await import('./index.ts');
    expect(electron.app.calls).toEqual(['lock', `id ${applicationId}`, 'sandbox', 'scheme cam']);
  });
});

// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { nextFrame } from '../testing/next-frame.ts';
import { openWindow } from '../testing/open-window.tsx';

afterEach(() => vi.restoreAllMocks());

describe('ErrorBoundary', () => {
  it('keeps a mistake in one page from blanking the window, and draws the page again when asked', async () => {
    // React tells a caught error on the console as well.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const core = new FakeCore();
    const opened = await openWindow(core);
    const { store } = opened.parts;
    const { config } = store.getState().session;
    fireEvent.click(screen.getByText('Configuration'));
    // A view that no core sends: the list of databases is missing.
    store.setState((state) => ({ session: { ...state.session, config: { ...config!, databases: undefined as never } } }));
    await nextFrame();
    screen.getByText('The program made a mistake.');
    expect(screen.getByRole('navigation')).toBeDefined();
    store.setState((state) => ({ session: { ...state.session, config } }));
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('heading', { name: 'Configuration' });
    opened.close();
  });
});

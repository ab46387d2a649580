// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeCore } from '../testing/fake-core.ts';
import { nextFrame } from '../testing/next-frame.ts';
import { type OpenWindow, openWindow } from '../testing/open-window.tsx';

/** What the window has told the program about parts that could not be drawn. */
function told(core: FakeCore): readonly { readonly part: string; readonly message: string; readonly detail: string }[] {
  return core.calls.filter(({ method }) => method === 'window.broken').map(({ input }) => input as ReturnType<typeof told>[number]);
}

describe('ErrorBoundary', () => {
  let core: FakeCore;
  let opened: OpenWindow;

  beforeEach(async () => {
    // React tells a caught error on the console as well.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    core = new FakeCore();
    opened = await openWindow(core);
  });
  afterEach(() => {
    opened.close();
    vi.restoreAllMocks();
  });

  /** A view that no core sends: the list of databases is missing. Returns what mends it. */
  const breakDatabases = async (): Promise<() => void> => {
    const { store } = opened.parts;
    const { config } = store.getState().session;
    store.setState((state) => ({ session: { ...state.session, config: { ...config!, databases: undefined as never } } }));
    await nextFrame();
    return () => store.setState((state) => ({ session: { ...state.session, config } }));
  };

  it('keeps a mistake in one page from blanking the window, and draws the page again when asked', async () => {
    fireEvent.click(screen.getByText('Configuration'));
    const mend = await breakDatabases();
    screen.getByText('Configuration: this part of the window could not be drawn.');
    expect(screen.getByRole('navigation')).toBeDefined();
    mend();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('heading', { name: 'Configuration' });
  });

  it('draws the results of another run anew after those of one could not be drawn', async () => {
    core.startRun({ lastEvent: 'now' });
    await screen.findByText('Not known yet: the analysis is running');
    const { store } = opened.parts;
    const spoiled = {
      get confirmed(): never {
        throw new Error('spoiled figures');
      },
    };
    store.setState(({ run: slice }) => ({ run: { ...slice, state: { ...slice.state!, merge: spoiled as never } } }));
    await screen.findByText('Results: this part of the window could not be drawn.');
    const second = core.startRun({ lastEvent: 'now' });
    await opened.parts.actions.openRun(second.plan.runId);
    await screen.findByText('Not known yet: the analysis is running');
  });

  it('leaves the other panes of the run page usable when one of them cannot be drawn, and has the log told which and why', async () => {
    const run = core.startRun({ lastEvent: 'now' });
    for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 100);
    run.merge(2, 0);
    run.finish();
    await screen.findAllByText('2 clients confirmed');
    const { store } = opened.parts;
    // A source that no core sends: its attempts are missing.
    store.setState(({ run: slice }) => {
      const [first = ''] = Object.keys(slice.state!.sources);
      const broken = { ...slice.state!.sources[first]!, attempts: undefined as never };
      return { run: { ...slice, state: { ...slice.state!, sources: { ...slice.state!.sources, [first]: broken } } } };
    });
    await nextFrame();
    const status = screen.getByRole('region', { name: 'Database status' });
    within(status).getByText('Database status: this part of the window could not be drawn.');
    within(screen.getByRole('region', { name: 'Verdict' })).getByText('2 clients confirmed');
    expect(screen.getByRole('button', { name: 'Run Analysis' }).hasAttribute('aria-disabled')).toBe(false);
    const [report] = told(core);
    expect(report).toMatchObject({ part: 'Database status' });
    expect(report?.message).not.toBe('');
    expect(report?.detail).toContain('DatabaseStatus');
  });

  it('leaves the pages usable when the rail cannot be drawn', async () => {
    const { store } = opened.parts;
    const { config } = store.getState().session;
    store.setState((state) => ({ session: { ...state.session, config: { ...config!, problems: null as never } } }));
    await waitFor(() => expect(told(core).map(({ part }) => part)).toContain('Pages'));
    screen.getByText('Pages: this part of the window could not be drawn.');
    screen.getByRole('region', { name: 'Analysis' });
  });

  it('is told to the log no longer than the program takes it', async () => {
    const { store } = opened.parts;
    const huge = 'x'.repeat(50_000);
    const config = store.getState().session.config!;
    const databases = new Proxy([], {
      get: () => {
        throw new Error(huge);
      },
    });
    store.setState((state) => ({ session: { ...state.session, config: { ...config, databases } } }));
    await waitFor(() => expect(told(core).length).toBeGreaterThan(0));
    expect(told(core)[0]?.message.length).toBe(2_000);
  });
});

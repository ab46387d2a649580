/** What the window asks for first, and again when the connection to the program is back. */
import type { RunListItem } from '../../app/contract/methods.ts';
import { toFailure } from '../../app/model/failure.ts';
import { patch } from '../store/app-store.ts';
import type { LogFeed } from './log-feed.ts';
import type { ActionPorts } from './ports.ts';
import type { RunFeed } from './run-feed.ts';

/** Asks for everything the window shows first; a failure is in `session.failure`, or in `run.failure` of a window that has been usable. */
export async function loadAll(ports: ActionPorts, feed: RunFeed, log: LogFeed): Promise<void> {
  const { client, store } = ports;
  const before = feed.followed;
  if (store.getState().session.phase !== 'ready') patch(store, 'session', { phase: 'loading', failure: null });
  try {
    const [info, config, list] = await Promise.all([
      client.call('app.info', {}),
      client.call('config.get', {}),
      client.call('run.list', {}),
      log.reload(),
    ]);
    patch(store, 'run', { list });
    const wanted = await wantedRun(ports, list);
    // Whoever has picked a run meanwhile looks at that one.
    if (feed.followed === before) await show(ports, feed, wanted);
    patch(store, 'session', { phase: 'ready', failure: null, info, config });
  } catch (error) {
    const failure = toFailure(error);
    // A window that has been usable stays usable: only the first load can leave it with nothing to show.
    if (store.getState().session.phase !== 'ready') patch(store, 'session', { phase: 'failed', failure });
    else patch(store, 'run', { failure });
  }
}

/** The run to show: another one only where the one that was looked at is not kept; `'as it is'` where it could not be opened. */
type Wanted = { readonly runId: string } | 'none' | 'as it is';

async function show({ store }: ActionPorts, feed: RunFeed, wanted: Wanted): Promise<void> {
  if (wanted === 'none') patch(store, 'run', { state: null, seq: 0 });
  else if (wanted !== 'as it is') await feed.follow(wanted.runId);
}

/**
 * The run that was looked at before the connection was lost, whatever else goes on by now: among the runs of a program that was started
 * anew it is found where its result is kept.
 */
async function wantedRun({ client, store }: ActionPorts, list: readonly RunListItem[]): Promise<Wanted> {
  const shown = store.getState().run.state?.plan.runId;
  const other = list.find((item) => item.status !== 'ended')?.runId ?? list[0]?.runId;
  const instead: Wanted = other === undefined ? 'none' : { runId: other };
  if (shown === undefined) return instead;
  if (list.some(({ runId }) => runId === shown)) return { runId: shown };
  try {
    await client.call('run.open', { runId: shown });
    return { runId: shown };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code === 'not.found') return instead;
    // It may well be kept: it stays in view, with the reason why it is not up to date, until somebody picks another.
    if (store.getState().run.state?.plan.runId === shown) patch(store, 'run', { failure });
    return 'as it is';
  }
}

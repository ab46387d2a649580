import { type ReactNode, useEffect, useState } from 'react';
import { type Announcement, announcementsBetween } from '../../model/announcements.ts';
import { useTexts, useWindow } from '../../store/window-context.tsx';

const pauseMs = 1_000;
const mostAtOnce = 3;

/** Tells screen readers what changed: at most once a second, several changes in one sentence. */
export function Announcer(): ReactNode {
  const { store } = useWindow();
  const { shell } = useTexts();
  const [said, setSaid] = useState('');
  useEffect(() => {
    let waiting: Announcement[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = (): void => {
      timer = undefined;
      if (waiting.length === 0) return;
      const now = waiting;
      waiting = [];
      const others = now.filter((each) => each.kind !== 'source-ended');
      const sources = now.filter((each) => each.kind === 'source-ended');
      const words = sources.length > mostAtOnce ? [shell.announceMany(sources.length)] : sources.map(shell.announce);
      setSaid([...words, ...others.map(shell.announce)].join(' '));
      timer = setTimeout(say, pauseMs);
    };
    const stop = store.subscribe((state, before) => {
      if (state.run.state === before.run.state) return;
      waiting.push(...announcementsBetween(before.run.state, state.run.state));
      if (waiting.length > 0) timer ??= setTimeout(say, 0);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, shell]);
  return (
    <div className="cam-hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}

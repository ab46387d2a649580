import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunningSummary } from '../../../app/model/history-pages.ts';
import { formatRunningDuration } from '../../model/numbers.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { useNow } from '../../ui/use-now.ts';
import styles from './list.module.css';
import { OutcomeWord } from './outcome-word.tsx';
import { toSecond, useInstants } from './use-instants.ts';

/** Programs say at least every minute that they live; after two nobody knows. */
const silentMs = 120_000;

/** What runs now, in this program and in others that keep the same history. */
export function RunningRuns(): ReactNode {
  const { history } = useTexts();
  const running = useApp((state) => state.history.running);
  if (running.length === 0) return null;
  return (
    <section className={styles.running} aria-label={history.running.label}>
      <h3 className={styles.runningTitle}>{history.running.title(running.length)}</h3>
      <ul className={styles.runningList}>
        {running.map((each) => (
          <RunningItem key={each.run.runId} running={each} />
        ))}
      </ul>
    </section>
  );
}

function RunningItem({ running: { run, executions, seenAt } }: { readonly running: RunningSummary }): ReactNode {
  const { history } = useTexts();
  const { openRun, showPage, showHistoryRun } = useActions();
  const format = useInstants();
  const nowMs = useNow(true);
  const isHere = useApp((state) => state.run.list.some((item) => item.runId === run.runId));
  const isSilent = seenAt !== null && nowMs - Date.parse(seenAt) > silentMs;
  const show = (): void => {
    if (!isHere) showHistoryRun(run.runId);
    else void openRun(run.runId).then(() => showPage('run'));
  };
  return (
    <li className={styles.runningItem}>
      <OutcomeWord outcome="running" />
      <span className="cam-mono">{run.userId}</span>
      <span>{toSecond(format, run.startedAt)}</span>
      <span>{history.running.since(formatRunningDuration(Math.max(0, nowMs - Date.parse(run.startedAt))))}</span>
      <span>{history.running.sources(executions.filter(({ status }) => status !== null).length, run.expectedSources)}</span>
      <span className={styles.muted}>{isHere ? history.running.here : history.running.elsewhere}</span>
      {isSilent && <span className={styles.missing}>{history.running.silent(toSecond(format, seenAt))}</span>}
      <span className={styles.room} />
      <Button variant="default" size="compact-xs" onClick={show}>
        {history.running.show}
      </Button>
    </li>
  );
}

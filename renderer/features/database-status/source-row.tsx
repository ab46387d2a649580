import { memo, type ReactNode } from 'react';
import { hasRows } from '../../../app/model/run-reducer.ts';
import type { SourceState } from '../../../app/model/run.ts';
import { nextTryOf, standbyOf } from '../../model/attempts.ts';
import { formatCount, formatDuration, formatRunningDuration } from '../../model/numbers.ts';
import { elapsedMs } from '../../model/run-progress.ts';
import { isDatabaseCancelling } from '../../store/run-slice.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { StateWord } from '../../ui/state-word.tsx';
import { useNow } from '../../ui/use-now.ts';
import styles from './database-status.module.css';
import { SourceEnding } from './source-ending.tsx';

/** One query of a database: its state in a word, a shape and a colour, its figures, and how it failed. */
export const SourceRow = memo(function SourceRow({ id }: { readonly id: string }): ReactNode {
  const { status: texts, health } = useTexts();
  const source = useApp((state) => state.run.state?.sources[id]);
  const primary = useApp((state) => state.run.state?.databases[source?.source.database ?? '']?.database.endpoint);
  const isRunCancelling = useApp((state) => source !== undefined && isDatabaseCancelling(state.run, source.source.database));
  const isLive = source?.outcome === undefined && source?.startedAt !== undefined;
  const now = useNow(isLive);
  if (source === undefined) return null;
  const { status, outcome, rows, rowsPerSecond, attempt, cost } = source;
  const isCancelling = outcome === undefined && (source.cancelling || isRunCancelling);
  const next = nextTryOf(source);
  const standby = standbyOf(source, primary ?? '');
  const words = [
    texts.changeType(source.source.changeType),
    ...(next === null
      ? attempt > 1
        ? [texts.attempt(attempt)]
        : []
      : [health.nextTry(next.number, next.of, secondsUntil(next.atMs, now))]),
    ...(standby === null ? [] : [health.standby]),
    ...(standby?.lagMs === undefined ? [] : [health.behind(standby.lagMs)]),
  ];
  const isConfirmed = outcome?.kind === 'cancelled' ? outcome.confirmed : undefined;
  const dropped = hasRows(outcome) && outcome.nullIds + outcome.nullTimes > 0 ? texts.dropped(outcome.nullIds, outcome.nullTimes) : null;
  return (
    <li className={styles.query} data-state={status}>
      <StateMark status={status} />
      <span className={styles.queryName} title={source.source.query}>
        {source.source.query}
      </span>
      <span className={styles.figure}>{rows > 0 || hasRows(outcome) ? formatCount(rows) : ''}</span>
      <span className={styles.under} title={standby === null ? undefined : health.standbyAt(standby.endpoint)}>
        <StateWord status={status}>{isCancelling ? texts.cancelling : texts.sourceWord(status, outcome?.kind, isConfirmed)}</StateWord>
        {words.map((word) => ` · ${word}`).join('')}
      </span>
      <span className={classNames(styles.figure, styles.rate)}>{rowsPerSecond > 0 ? texts.rate(rowsPerSecond) : ''}</span>
      <span className={classNames(styles.figure, styles.rate)}>{timeText(source, now)}</span>
      {outcome !== undefined && cost.statements > 0 && <span className={styles.ending}>{texts.cost(cost)}</span>}
      {dropped !== null && <span className={styles.ending}>{dropped}</span>}
      <SourceEnding source={source} />
    </li>
  );
});

function secondsUntil(atMs: number, now: number): number {
  return Math.max(0, Math.ceil((atMs - now) / 1000));
}

function timeText({ startedAt, endedAt }: SourceState, now: number): string {
  if (startedAt === undefined) return '';
  const elapsed = elapsedMs(startedAt, endedAt, now);
  return endedAt === undefined ? formatRunningDuration(elapsed) : formatDuration(elapsed);
}

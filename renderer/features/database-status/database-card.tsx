import { memo, type ReactNode, useState } from 'react';
import { useShallow } from 'zustand/shallow';
import { formatDuration, formatRunningDuration } from '../../model/numbers.ts';
import { elapsedMs } from '../../model/run-progress.ts';
import { isDatabaseCancelling, isLive } from '../../store/run-slice.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { StateWord } from '../../ui/state-word.tsx';
import { useNow } from '../../ui/use-now.ts';
import { databaseFiguresOf } from './database-figures.ts';
import styles from './database-status.module.css';
import { EndpointLine } from './endpoint-line.tsx';
import { EndpointNotes } from './endpoint-notes.tsx';
import { SourceRow } from './source-row.tsx';

interface DatabaseCardProps {
  readonly name: string;
  readonly sourceIds: readonly string[];
}

// With more databases than this their queries are folded away at first; those of a failed one are shown.
const mostOpenDatabases = 10;

/** One database of a run: its state, where it is, what has come, and its queries. */
export const DatabaseCard = memo(function DatabaseCard({ name, sourceIds }: DatabaseCardProps): ReactNode {
  const { status: texts } = useTexts();
  const { cancelDatabase } = useActions();
  // What the person has chosen; until then, whether the queries are shown depends on how much there is to see.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isFew = useApp((state) => (state.run.state?.plan.databases.length ?? 0) <= mostOpenDatabases);
  const database = useApp((state) => state.run.state?.databases[name]);
  const figures = useApp(useShallow((state) => databaseFiguresOf(state.run.state, sourceIds)));
  const isRunLive = useApp((state) => isLive(state.run.state));
  const isCancelling = useApp((state) => figures.isLive && isDatabaseCancelling(state.run, name));
  const isOpen = chosen ?? (isFew || database?.status === 'failed');
  const now = useNow(figures.isLive && figures.startedAt !== undefined);
  if (database === undefined) return null;
  const sums = [
    texts.rows(figures.rows),
    ...(figures.startedAt === undefined ? [] : [durationText(figures.startedAt, figures.endedAt, now)]),
    ...(database.processId === undefined ? [] : [texts.process(database.processId)]),
  ];
  const word = isCancelling
    ? texts.cancelling
    : figures.word === null
      ? texts.states[database.status]
      : texts.sourceWord('failed', figures.word);
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <IconButton
          icon={isOpen ? 'chevronDown' : 'chevronRight'}
          label={isOpen ? texts.collapse(name) : texts.expand(name)}
          aria-expanded={isOpen}
          onClick={() => setChosen(!isOpen)}
        />
        <StateMark status={database.status} />
        <span className={styles.name} title={name}>
          {name}
        </span>
        <span className={styles.cardState}>
          <StateWord status={database.status}>{word}</StateWord>
          {isRunLive && figures.isLive && (
            <IconButton
              icon="stop"
              label={texts.cancelDatabase(name)}
              title={texts.cancelDatabase(name)}
              disabled={isCancelling}
              onClick={() => void cancelDatabase(name)}
            />
          )}
        </span>
        <EndpointLine database={name} endpoint={database.endpoint ?? database.database.endpoint} />
        <span className={styles.sums}>{sums.join(' · ')}</span>
        {database.note !== undefined && <span className={styles.note}>{database.note}</span>}
        <EndpointNotes database={name} />
      </div>
      {isOpen && (
        <ul className={styles.queries}>
          {sourceIds.map((id) => (
            <SourceRow key={id} id={id} />
          ))}
        </ul>
      )}
    </li>
  );
});

function durationText(startedAt: string, endedAt: string | undefined, now: number): string {
  const elapsed = elapsedMs(startedAt, endedAt, now);
  return endedAt === undefined ? formatRunningDuration(elapsed) : formatDuration(elapsed);
}

import { type ReactNode, useEffect } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { FailedPart } from '../../ui/failed-part.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { IntervalPanel } from './interval-panel.tsx';
import { IntervalsList } from './intervals-list.tsx';
import { NoSchedules } from './no-schedules.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import styles from './schedules-page.module.css';

/** Other programs evaluate too, and send this one no events. */
const lookEveryMs = 5_000;

/** Planned runs: how each schedule stands, and every interval with what became of it. */
export function SchedulesPage(): ReactNode {
  const { schedules: texts, shell } = useTexts();
  const { refreshSchedules } = useActions();
  const view = useApp((state) => state.schedules.view);
  const failure = useApp((state) => state.schedules.failure);
  const opened = useApp((state) => state.schedules.opened);
  useEffect(() => {
    void refreshSchedules();
    const timer = setInterval(() => void refreshSchedules(), lookEveryMs);
    return () => clearInterval(timer);
  }, [refreshSchedules]);
  if (view === null && failure !== null) return <FailedPart failure={failure} onRetry={() => void refreshSchedules()} />;
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h2 className={styles.title}>{texts.title}</h2>
        {view !== null && view.schedules.length > 0 && (
          <span className={styles.file} title={view.file}>
            {texts.file(view.file)}
          </span>
        )}
      </div>
      {failure !== null && (
        <div className={styles.failure} role="alert">
          <FailureNote failure={failure} />
        </div>
      )}
      {view !== null && view.schedules.length === 0 && <NoSchedules file={view.file} />}
      {view !== null && view.schedules.length > 0 && (
        <div className={styles.body}>
          <div className={styles.cards}>
            {!view.isEvaluating && <div className={styles.note}>{texts.notEvaluating}</div>}
            {view.schedules.map((each) => (
              <ScheduleCard key={each.schedule.name} view={each} isKnown={view.failure === undefined} />
            ))}
          </div>
          <div className={styles.lower}>
            <IntervalsList names={view.schedules.map(({ schedule }) => schedule.name)} />
            {opened !== null && (
              <ErrorBoundary key={`${opened.schedule} ${opened.to}`} part={shell.parts.interval} shape="over">
                <IntervalPanel interval={opened} />
              </ErrorBoundary>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

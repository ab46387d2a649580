import type { ReactNode } from 'react';
import { createInstantFormat } from '../../model/instant-format.ts';
import { type LastEvent, windowOf } from '../../model/last-event.ts';
import { useTexts } from '../../store/window-context.tsx';
import styles from './run-panel.module.css';

interface WindowTextProps {
  readonly read: LastEvent;
  readonly hours: number | null;
  readonly zone: string;
}

/** The window that the next run will look at, both ends with their zone. */
export function WindowText({ read, hours, zone }: WindowTextProps): ReactNode {
  const { run } = useTexts();
  if (hours === null) return null;
  if (read.kind === 'now') {
    return (
      <span className={styles.hintText}>
        {run.windowLabel}: {run.windowToNow(hours, zone)}
      </span>
    );
  }
  if (read.kind !== 'instant') return null;
  const format = createInstantFormat(zone);
  const { from, to } = windowOf(read.instant, hours);
  return (
    <span className={styles.hintText}>
      {run.windowLabel}: <time dateTime={to}>{run.windowOf(format.full(from), format.full(to), format.zone, format.offset(to))}</time>
    </span>
  );
}

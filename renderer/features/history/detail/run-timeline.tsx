import type { ReactNode } from 'react';
import type { RunDetail } from '../../../../app/model/history-pages.ts';
import { formatSeconds } from '../../../model/numbers.ts';
import { timelineOf } from '../../../model/run-timeline.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { useNow } from '../../../ui/use-now.ts';
import { LaneRow } from './lane-row.tsx';
import styles from './run-timeline.module.css';

/** Every source with every attempt on one scale of time. */
export function RunTimeline({ detail }: { readonly detail: RunDetail }): ReactNode {
  const { detail: texts } = useTexts().history;
  const nowMs = useNow(detail.run.outcome === null);
  const { lanes, ticks, breaks } = timelineOf(detail, nowMs);
  return (
    <section aria-label={texts.timeline} className={styles.timeline}>
      <h3 className={styles.title}>{texts.timeline}</h3>
      <p className={styles.hint}>{texts.timelineHint}</p>
      <div className={styles.scale} aria-hidden="true">
        <div />
        <div className={styles.track}>
          {ticks.map(({ at, seconds }) => (
            <span key={seconds} className={styles.tick} style={{ left: `${at * 100}%` }}>
              {seconds === 0 ? '0' : formatSeconds(seconds)}
            </span>
          ))}
          {breaks.map(({ from, to, seconds }) => (
            <span key={from} className={styles.break} style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}>
              {formatSeconds(seconds)}
            </span>
          ))}
        </div>
        <div />
      </div>
      <ul className={styles.lanes}>
        {lanes.map((lane) => (
          <LaneRow key={lane.source} lane={lane} ticks={ticks} breaks={breaks} />
        ))}
      </ul>
    </section>
  );
}

import { type ReactNode, useMemo } from 'react';
import type { RunPlan } from '../../../app/model/plan.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './plan.module.css';

/** The window, how much is asked, how long it takes, and what is to be known before. */
export function PlanSummary({ plan }: { readonly plan: RunPlan }): ReactNode {
  const { plan: texts, run } = useTexts();
  const format = useMemo(() => createInstantFormat(plan.zone), [plan.zone]);
  const { from, to } = plan.window;
  const expected = plan.sources.length;
  return (
    <section className={styles.summary}>
      <div>
        <span className={styles.label}>{texts.window}</span>{' '}
        {run.windowOf(format.full(from), format.full(to), format.zone, format.offset(to))}
      </div>
      <div>
        <span className={styles.label}>{texts.rowsFrom}</span> {format.full(plan.startDate)}
      </div>
      <div>
        {texts.expected(expected - plan.unplanned.length, expected)} {texts.deadline(plan.deadlineMs)}{' '}
        {plan.estimate !== undefined && texts.estimate(plan.estimate)}
      </div>
      {plan.unplanned.map(({ source }) => (
        <div key={source} className={styles.missing}>
          <Icon name="alert" size={13} />
          {texts.missing(source)}
        </div>
      ))}
      {plan.notes.map((note) => (
        <div key={note} className={styles.note}>
          <Icon name="alert" size={13} />
          {note}
        </div>
      ))}
    </section>
  );
}

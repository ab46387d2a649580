import { type ReactNode, useMemo } from 'react';
import type { RunPlan } from '../../../app/model/plan.ts';
import type { RunWarning } from '../../../app/model/run.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './verdict-line.module.css';

/** For which window the verdict is, what the plan has to say about it, and what came up since. */
export function RunWindow({ plan, warnings }: { readonly plan: RunPlan; readonly warnings: readonly RunWarning[] }): ReactNode {
  const { run, verdict } = useTexts();
  const zone = useApp(zoneOf);
  const format = useMemo(() => createInstantFormat(zone), [zone]);
  const { from, to } = plan.window;
  return (
    <>
      <div className={styles.window}>
        {plan.range === undefined ? run.windowLabel : run.rangeLabel}{' '}
        <time dateTime={to}>{run.windowOf(format.full(from), format.full(to), format.zone, format.offset(to))}</time>
        {plan.strict && ` · ${verdict.strict}`}
        {plan.caseReference !== undefined && ` · ${run.caseOf(plan.caseReference)}`}
      </div>
      {[...plan.notes, ...warnings.map(({ message }) => message)].map((note) => (
        <div key={note} className={styles.note}>
          <Icon name="alert" size={13} />
          {note}
        </div>
      ))}
    </>
  );
}

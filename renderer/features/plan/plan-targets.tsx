import type { ReactNode } from 'react';
import type { PlannedDatabase, PlannedSource, RunPlan } from '../../../app/model/plan.ts';
import { useTexts } from '../../store/window-context.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import styles from './plan.module.css';

/** Every database of a plan with its sources in their order. */
export function PlanTargets({ plan }: { readonly plan: RunPlan }): ReactNode {
  const left = new Map(plan.unplanned.map(({ source, failure }) => [source, `${failure.message} ${failure.action}`]));
  const hasSteps = plan.sources.some((source) => source.level > 0);
  return (
    <ul className={styles.targets}>
      {plan.databases.map((database) => (
        <li key={database.name} className={styles.target}>
          <Target database={database} plan={plan} />
          <ul className={styles.sources}>
            {plan.sources
              .filter((source) => source.database === database.name)
              .toSorted((a, b) => a.level - b.level)
              .map((source) => (
                <Source key={source.id} source={source} reason={left.get(source.id)} hasSteps={hasSteps} />
              ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Target({ database, plan }: { readonly database: PlannedDatabase; readonly plan: RunPlan }): ReactNode {
  const { plan: texts, status } = useTexts();
  const endpoints = plan.sources.find((source) => source.database === database.name)?.endpoints ?? [];
  return (
    <>
      <div className={styles.targetHead}>
        <span className={styles.name}>{database.name}</span>
        <span className={styles.muted}>{status.drivers[database.driver]}</span>
      </div>
      {endpoints.length === 0 ? (
        <div className={styles.endpoint}>
          {database.endpoint}: {texts.leftAlone}
        </div>
      ) : (
        <ol className={styles.endpoints} aria-label={texts.endpoints}>
          {endpoints.map((endpoint) => (
            <li key={endpoint} className={styles.endpoint}>
              {endpoint}
            </li>
          ))}
        </ol>
      )}
      <div className={styles.muted}>{texts.limits(database)}</div>
    </>
  );
}

interface SourceProps {
  readonly source: PlannedSource;
  /** Why it is left out. */
  readonly reason: string | undefined;
  readonly hasSteps: boolean;
}

function Source({ source, reason, hasSteps }: SourceProps): ReactNode {
  const { plan: texts } = useTexts();
  const words = [texts.source(source), ...(source.strategy === 'single' ? [] : [texts.strategy(source)])];
  return (
    <li className={styles.source}>
      <StateMark status={reason === undefined ? 'waiting' : 'failed'} />
      <span>
        <span className={styles.query}>{source.query}</span>
        {hasSteps && reason === undefined && <span className={styles.muted}> · {texts.step(source.level)}</span>}
        {reason !== undefined && <span className={styles.leftOut}> · {texts.leftOut}</span>}
        <span className={styles.under}>{words.join(' · ')}</span>
        {source.after.length > 0 && <span className={styles.under}>{texts.after(source)}</span>}
        {reason !== undefined && <span className={styles.leftOut}>{reason}</span>}
      </span>
    </li>
  );
}

import { type ReactNode, useDeferredValue, useMemo } from 'react';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { DatabaseCard } from './database-card.tsx';
import styles from './database-status.module.css';
import { IdleCard } from './idle-card.tsx';

/** Every database of the run, or, before any run, of the configuration. */
export function DatabaseStatus(): ReactNode {
  const { status } = useTexts();
  // The cards of many databases are built bit by bit: a new run must not make the window stop for them.
  const plan = useDeferredValue(useApp((state) => state.run.state?.plan));
  const configured = useApp((state) => state.session.config?.databases);
  const hasProblems = useApp((state) => (state.session.config?.problems.length ?? 0) > 0);
  const count = plan?.databases.length ?? configured?.length ?? 0;
  const sourceIds = useMemo(() => {
    const byDatabase = new Map<string, string[]>();
    for (const source of plan?.sources ?? []) byDatabase.set(source.database, [...(byDatabase.get(source.database) ?? []), source.id]);
    return byDatabase;
  }, [plan]);
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2 className={styles.title}>{status.title}</h2>
        <span className={styles.count}>{count > 0 && count}</span>
      </div>
      <ul className={styles.list}>
        {plan === undefined
          ? (configured ?? []).map((database) => <IdleCard key={database.name} database={database} />)
          : plan.databases.map(({ name }) => (
              <DatabaseCard key={`${plan.runId} ${name}`} name={name} sourceIds={sourceIds.get(name) ?? []} />
            ))}
        {count === 0 && configured !== undefined && <li className={styles.empty}>{hasProblems ? status.notRead : status.empty}</li>}
      </ul>
    </div>
  );
}

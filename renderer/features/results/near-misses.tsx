import { type ReactNode, useEffect, useState } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { NearControls, type NearNumbers } from './near-controls.tsx';
import styles from './near-misses.module.css';
import { ResultTable } from './result-table.tsx';
import { nearChangesOf, revisionOf } from './result-table-state.ts';

/** A slider that is moved asks when it rests, not at every step. */
const restMs = 200;

/** Clients who nearly meet the rule, re-evaluated over the rows that are kept: no database is asked. */
export function NearMissesView({ runId }: { readonly runId: string }): ReactNode {
  const { near } = useTexts();
  const { showNear } = useActions();
  const plan = useApp((state) => state.run.state?.plan);
  const asked = useApp((state) => state.view.near);
  const changes = nearChangesOf(plan);
  const of = changes?.types.length ?? 0;
  const first: NearNumbers = { atLeast: Math.max(1, (changes?.atLeast ?? 1) - 1), windowHours: plan?.windowHours ?? 24 };
  const [numbers, setNumbers] = useState<NearNumbers>(asked ?? first);
  const isCounting = changes !== undefined;
  useEffect(() => {
    if (!isCounting) return undefined;
    const timer = setTimeout(() => showNear(numbers), restMs);
    return () => clearTimeout(timer);
  }, [numbers, isCounting, showNear]);
  if (!isCounting) return <EmptyState {...(plan?.range === undefined ? near.onlyChanges : near.onlyOneWindow)} />;
  const fitting = { ...numbers, atLeast: Math.min(numbers.atLeast, of) };
  const shown = asked !== null && asked.atLeast <= of ? asked : null;
  return (
    <div className={styles.near}>
      <div className={styles.head}>
        <NearControls numbers={fitting} of={of} mostHours={Math.max(72, 3 * first.windowHours)} onChange={setNumbers} />
        {shown !== null && <NearSummary runId={runId} numbers={shown} />}
      </div>
      {shown !== null && <NearTable key={`${String(shown.atLeast)} ${String(shown.windowHours)}`} runId={runId} numbers={shown} />}
    </div>
  );
}

function NearSummary({ runId, numbers }: { readonly runId: string; readonly numbers: NearNumbers }): ReactNode {
  const { near, shell } = useTexts();
  const { nearMisses } = useActions();
  const revision = useApp((state) => revisionOf(state.run.state, { kind: 'confirmed' }));
  const { atLeast, windowHours } = numbers;
  const asked = useAsked(() => nearMisses(runId, atLeast, windowHours), `${runId} ${revision} ${String(atLeast)} ${String(windowHours)}`);
  if (asked.kind === 'failed') return <FailureNote failure={asked.failure} />;
  if (asked.kind === 'waiting') return <div className={styles.found}>{shell.loading}</div>;
  const open = near.open(asked.value);
  return (
    <div role="status">
      <div className={styles.found}>{near.found(asked.value)}</div>
      {open !== '' && <div className={styles.open}>{open}</div>}
    </div>
  );
}

/** The table object must stay the same while the numbers do: a new one asks anew. */
function NearTable({ runId, numbers }: { readonly runId: string; readonly numbers: NearNumbers }): ReactNode {
  const [table] = useState({ kind: 'near', ...numbers } as const);
  return <ResultTable runId={runId} table={table} />;
}

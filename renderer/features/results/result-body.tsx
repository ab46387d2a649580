import type { ReactNode } from 'react';
import type { ShownTable } from '../../../app/model/table.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ResultTable } from './result-table.tsx';
import { emptyKindOf, hasRows } from './result-table-state.ts';
import { Statistics } from './statistics.tsx';

interface ResultBodyProps {
  readonly runId: string;
  /** `null`: the statistics. */
  readonly table: ShownTable | null;
}

/** What stands below the tabs: a table, the statistics, or why there is nothing yet. */
export function ResultBody({ runId, table }: ResultBodyProps): ReactNode {
  const { results } = useTexts();
  const isThere = useApp((state) => hasRows(state.run.state, table ?? { kind: 'confirmed' }));
  const emptyKind = useApp((state) => emptyKindOf(state.run.state, table ?? { kind: 'confirmed' }, false));
  if (!isThere) return <EmptyState {...results.empty[emptyKind]} />;
  return table === null ? <Statistics runId={runId} /> : <ResultTable runId={runId} table={table} />;
}

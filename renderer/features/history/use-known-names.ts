import { useMemo } from 'react';
import { useActions, useApp } from '../../store/window-context.tsx';
import { useAsked } from '../../ui/use-asked.ts';

/** A year of names is enough to choose from; older ones are found by search. */
const days = 365;

/** Names of databases and queries that occur in the history, for choices; empty until they are known. */
export function useKnownNames(): { readonly databases: readonly string[]; readonly queries: readonly string[] } {
  const { askHistory } = useActions();
  const revision = useApp((state) => state.history.revision);
  const asked = useAsked(
    () => askHistory('history.groupedStatistics', { scope: {}, days, groupBy: 'query', withPercentiles: false }),
    String(revision),
  );
  return useMemo(() => {
    const groups = asked.kind === 'answered' ? asked.value : [];
    const namesOf = (values: readonly (string | undefined)[]): readonly string[] =>
      [...new Set(values.filter((value) => value !== undefined))].sort();
    return {
      databases: namesOf(groups.map(({ scope }) => scope.databaseName)),
      queries: namesOf(groups.map(({ scope }) => scope.queryName)),
    };
  }, [asked]);
}

import type { HistoryMethodName } from '../../../../app/contract/history-methods.ts';
import type { MethodInput, MethodOutput } from '../../../../app/contract/methods.ts';
import { useActions, useApp } from '../../../store/window-context.tsx';
import { type Asked, useAsked } from '../../../ui/use-asked.ts';

/** Whose figures, of which database, over how many days. */
export interface FigureScope {
  readonly scope: { readonly userId?: string; readonly databaseName?: string };
  readonly days: number;
}

/** What the figures are about now. */
export function useFigureScope(): FigureScope {
  const days = useApp((state) => state.history.days);
  const user = useApp((state) => state.history.figuresUser.trim());
  const database = useApp((state) => state.history.figuresDatabase);
  return { days, scope: { ...(user === '' ? {} : { userId: user }), ...(database === '' ? {} : { databaseName: database }) } };
}

/** Asks for figures, and again when the history changes. */
export function useFigures<K extends HistoryMethodName>(method: K, input: MethodInput<K>): Asked<MethodOutput<K>> {
  const { askHistory } = useActions();
  const revision = useApp((state) => state.history.revision);
  return useAsked(() => askHistory(method, input), `${String(revision)} ${JSON.stringify(input)}`);
}

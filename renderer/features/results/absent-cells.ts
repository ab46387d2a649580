/** What an empty cell of a table means: nothing there, or nothing known. */
import { coverageOf } from '../../../app/model/run-reducer.ts';
import type { RunState } from '../../../app/model/run.ts';
import type { ShownTable } from '../../../app/model/table.ts';
import type { Texts } from '../../texts/texts.ts';
import type { AbsentWords } from '../table/cell-text.ts';

/** The change types of which a source is missing, as one text: a value that stays the same while they do. */
export function missingTypesOf(state: RunState | null): string {
  if (state === null) return '';
  const types = coverageOf(state).missing.flatMap(({ changeType }) => (changeType === null ? [] : [changeType]));
  return [...new Set(types)].sort().join('\n');
}

/**
 * The words for an empty cell of a column. In a merged table the columns of a change type begin with its name; while a source of
 * that type is missing, an empty cell says that it is not known. In raw rows NULL is what the database holds.
 */
export function absentWords({ results }: Texts, table: ShownTable, missingTypes: string): AbsentWords {
  if (table.kind === 'source') return () => ({ word: results.nullCell, sentence: results.cellNull });
  const types = missingTypes === '' ? [] : missingTypes.split('\n');
  const { unknown, none } = results.absent;
  return (column) => {
    const type = types.find((each) => column.startsWith(`${each}_`));
    return type === undefined ? none : { word: unknown.word, sentence: unknown.sentence(type) };
  };
}

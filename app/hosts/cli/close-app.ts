/** The end of a command that has recorded something. */
import type { HistoryState } from '../../model/history.ts';
import type { App } from '../../services/create-app.ts';
import type { Terminal } from './terminal.ts';

/** Closes the program, and says on standard error what of its records the history does not have. */
export async function closeApp(app: App, terminal: Terminal): Promise<void> {
  await app.close();
  for (const line of unrecordedLines(app.history.state)) terminal.err(`${line}\n`);
}

/** What the history does not have once the program is closed, a sentence each; none where it has everything. */
export function unrecordedLines({ lost, rejected, waiting, failure }: HistoryState): readonly string[] {
  const why =
    failure === undefined ? '' : ` ${failure.message} ${failure.detail === undefined ? '' : `(${failure.detail}) `}${failure.action}`;
  return [
    ...(lost > 0
      ? [`The history is not complete: ${records(lost)} of what was just done could not be kept anywhere and ${are(lost)} lost.${why}`]
      : []),
    ...(rejected > 0
      ? [`The history is not complete: its store refused ${records(rejected)}; they are kept in a file of the history's folder.`]
      : []),
    // Why is said once.
    ...(waiting > 0
      ? [
          `The history's store does not have ${records(waiting)} yet; the next start of the program puts ${waiting === 1 ? 'it' : 'them'} in from the journal.${lost > 0 ? '' : why}`,
        ]
      : []),
  ];
}

function records(count: number): string {
  return `${String(count)} ${count === 1 ? 'record' : 'records'}`;
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}

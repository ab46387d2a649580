/** A recorded run as text for the clipboard. */
import type { RunDetail, StoredRun } from '../../../../app/model/history-pages.ts';
import type { InstantFormat } from '../../../model/instant-format.ts';
import { formatCount, formatSeconds } from '../../../model/numbers.ts';
import type { Texts } from '../../../texts/texts.ts';
import { outcomeOfRun } from '../../../ui/outcome-mark.tsx';

/** Whether a source is missing, so that counts are lower bounds and nobody is cleared. */
export function isIncompleteRun(run: Pick<StoredRun, 'answeredSources' | 'expectedSources' | 'missing'>): boolean {
  return run.answeredSources < run.expectedSources || run.missing.length > 0;
}

/** Whether the rule was not evaluated to its end although sources answered: what it would have found is not known. */
export function isUnevaluatedRun(run: Pick<StoredRun, 'outcome' | 'errorCode' | 'answeredSources'>): boolean {
  return run.outcome !== null && run.errorCode !== null && run.errorCode !== 'run.incomplete' && run.answeredSources > 0;
}

/** What the run found; it never says nobody while anything is missing. */
export function foundText(run: StoredRun, texts: Texts['history']['detail']): string {
  const { confirmed, undetermined } = run;
  if (confirmed === null) return texts.foundUnknown;
  if (isUnevaluatedRun(run)) return texts.foundUnevaluated(texts.foundText(confirmed, undetermined, true));
  const isIncomplete = isIncompleteRun(run) || run.outcome !== 'succeeded';
  if (confirmed > 0 || (undetermined ?? 0) > 0) return texts.foundText(confirmed, undetermined, isIncomplete);
  if (isIncomplete) return texts.foundIncomplete;
  const told = run.filters ?? [];
  return told.length > 0 ? texts.foundNobodyBut(told.join(' ')) : texts.foundNobody;
}

/** The whole run, with what is missing. */
export function runAsText({ run, executions }: RunDetail, { history, verdict }: Texts, format: InstantFormat): string {
  const { detail: texts } = history;
  const time = (instant: string | null): string => (instant === null ? texts.stillRunning : `${format.full(instant)} ${format.zone}`);
  const lines = [
    texts.label(run.runId),
    `${texts.who}: ${run.userId}`,
    `${history.runs.columns.outcome}: ${history.outcomes[outcomeOfRun(run.outcome)]}`,
    `${texts.started}: ${time(run.startedAt)}`,
    `${texts.ended}: ${time(run.completedAt)}`,
    `${texts.lastEvent}: ${time(run.lastEvent)}`,
    `${texts.window}: ${time(run.windowFrom)} – ${time(run.windowTo)}`,
    `${texts.rule}: ${run.rule}${run.strict ? ` (${texts.strict})` : ''}${run.sampleData ? ` (${texts.sample})` : ''}`,
    `${texts.coverage}: ${history.runs.coverage(run.answeredSources, run.expectedSources)}`,
    `${texts.found}: ${foundText(run, texts)}`,
    ...(run.filters ?? []),
    ...run.missing.map(
      (source) =>
        `${texts.missing(1)}: ${verdict.missingSource(source)} ${verdict.missingReason(source)}: ${source.message}${source.code === undefined ? '' : ` (${source.code})`}`,
    ),
    ...executions.flatMap(({ execution, attempts }) => [
      `${execution.queryName} · ${execution.databaseName}: ${[
        history.outcomes[execution.status ?? 'running'],
        execution.executionTime === null ? '' : formatSeconds(execution.executionTime),
        execution.totalRows === null ? '' : texts.rowsOf(execution.totalRows),
        execution.errorMessage ?? '',
        execution.errorCode ?? '',
      ]
        .filter((part) => part !== '')
        .join(', ')}`,
      ...attempts.map((attempt) =>
        `  ${formatCount(attempt.attempt)}. ${time(attempt.startedAt)} ${history.outcomes[attempt.status ?? 'running']} ${attempt.endpoint ?? ''} ${attempt.errorCode ?? ''}`.trimEnd(),
      ),
    ]),
  ];
  return lines.join('\n');
}

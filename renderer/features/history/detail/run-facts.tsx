import type { ReactNode } from 'react';
import type { StoredRun } from '../../../../app/model/history-pages.ts';
import { formatCount, formatSeconds } from '../../../model/numbers.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { OutcomeWord } from '../outcome-word.tsx';
import { secondsBetween, toSecond, useInstants } from '../use-instants.ts';
import styles from './run-detail.module.css';
import { foundText } from './run-text.ts';
import { outcomeOfRun } from '../../../ui/outcome-mark.tsx';

/** Who, when, what was asked, how it ended, and what is missing with its reason. */
export function RunFacts({ run }: { readonly run: StoredRun }): ReactNode {
  const { history, verdict } = useTexts();
  const { detail: texts } = history;
  const format = useInstants();
  const facts: readonly (readonly [string, ReactNode])[] = [
    [texts.who, <span className="cam-mono">{run.userId}</span>],
    [texts.started, toSecond(format, run.startedAt)],
    [
      texts.ended,
      run.completedAt === null
        ? texts.stillRunning
        : `${toSecond(format, run.completedAt)} (${formatSeconds(secondsBetween(run.startedAt, run.completedAt))})`,
    ],
    [texts.lastEvent, format.full(run.lastEvent)],
    [texts.window, `${toSecond(format, run.windowFrom)} – ${toSecond(format, run.windowTo)} (${history.runs.hours(run.windowHours)})`],
    [
      texts.rule,
      [run.plan.rule.title, run.strict ? texts.strict : '', run.sampleData ? texts.sample : ''].filter((part) => part !== '').join(' · '),
    ],
    ...(run.conversationId === null ? [] : ([[history.executions.case, run.conversationId]] as const)),
    [texts.coverage, history.runs.coverage(run.answeredSources, run.expectedSources)],
    [texts.found, foundText(run, texts)],
    [texts.rows, run.totalRows === null ? history.none : formatCount(run.totalRows)],
  ];
  const notes = [
    ...(run.resumes > 0 ? [texts.resumed(run.resumes)] : []),
    ...(run.cancelledBy === null ? [] : [texts.cancelledBy(run.cancelledBy)]),
  ];
  return (
    <div>
      <div className={styles.outcome}>
        <OutcomeWord outcome={outcomeOfRun(run.outcome)} />
        {notes.length > 0 && <span className={styles.notes}>{notes.join(', ')}</span>}
        <span className={styles.notes}>{history.times(format.zone)}</span>
      </div>
      {run.errorMessage !== null && (
        <p className={styles.failure}>
          {run.errorMessage} <span className="cam-mono">{run.errorCode}</span>
        </p>
      )}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {run.filters?.map((sentence) => (
        <p key={sentence} className={styles.told}>
          {sentence}
        </p>
      ))}
      {run.missing.length > 0 && (
        <section className={styles.missing} aria-label={texts.missing(run.missing.length)}>
          <h3 className={styles.missingTitle}>{texts.missing(run.missing.length)}</h3>
          <p className={styles.missingHint}>{texts.missingHint}</p>
          <ul className={styles.missingList}>
            {run.missing.map((source) => (
              <li key={source.source}>
                <strong>{verdict.missingSource(source)}</strong> {verdict.missingReason(source)}: {source.message}{' '}
                {source.code !== undefined && <span className="cam-mono">{source.code}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { LedgerInterval } from '../../../app/model/schedule.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IntervalMark } from '../../ui/interval-mark.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { useInstants } from '../history/use-instants.ts';
import styles from './schedules-page.module.css';

/** One interval in full: what is known about it, what is missing, who was told. */
export function IntervalPanel({ interval }: { readonly interval: LedgerInterval }): ReactNode {
  const { schedules: texts } = useTexts();
  const { showInterval, retryIntervals, openIntervalRun } = useActions();
  const { interval: words } = texts;
  const { schedule, to, state, runId, result } = interval;
  const canOpen = runId !== null && result !== null;
  const canRetry = state === 'missed' || state === 'incomplete' || state === 'failed';
  return (
    <SidePanel title={words.label} onClose={() => showInterval(null)}>
      {(canOpen || canRetry) && (
        <div className={styles.buttons}>
          {canOpen && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<Icon name="folder" size={13} />}
              onClick={() => void openIntervalRun(runId)}
            >
              {words.open}
            </Button>
          )}
          {canRetry && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<Icon name="refresh" size={13} />}
              onClick={() => void retryIntervals(schedule, to)}
            >
              {state === 'incomplete' ? words.retryMissing : words.retry}
            </Button>
          )}
        </div>
      )}
      <IntervalFacts interval={interval} />
      <h3 className={styles.subtitle}>{words.missing}</h3>
      <MissingSources interval={interval} />
      {result?.filters?.map((sentence) => (
        <p key={sentence} className={styles.told}>
          {sentence}
        </p>
      ))}
      <h3 className={styles.subtitle}>{words.alerts}</h3>
      <IntervalAlerts interval={interval} />
    </SidePanel>
  );
}

function IntervalFacts({ interval }: { readonly interval: LedgerInterval }): ReactNode {
  const { schedules: texts } = useTexts();
  const { interval: words, card } = texts;
  const format = useInstants();
  const time = (instant: string): ReactNode => (
    <time dateTime={instant}>
      {format.full(instant)} {format.zone}
    </time>
  );
  // Before its run there is what the schedule says.
  const configured = useApp(({ schedules }) => schedules.view?.schedules.find(({ schedule }) => schedule.name === interval.schedule));
  const { result, reason, nextTryAt, requestedBy, owner, attempts, runId, state } = interval;
  const caseReference = result === null ? configured?.schedule.caseReference : result.caseReference;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.schedule, interval.schedule],
    ...(caseReference === undefined ? [] : [[words.case, caseReference] as const]),
    [words.from, time(interval.from)],
    [words.to, time(interval.to)],
    [words.state, <IntervalMark key="state" state={state} word={texts.states[state]} />],
    ...(reason === null ? [] : [[words.why, reason] as const]),
    [
      words.verdict,
      result === null ? (state === 'pending' || state === 'running' ? words.notKnownYet : words.nothingKnown) : result.headline,
    ],
    ...(result === null ? [] : [[words.window, card.hours(result.windowHours)] as const]),
    ...(result === null ? [] : [[words.coverage, words.of(result.answered, result.expected)] as const]),
    ...(attempts === 0 ? [] : [[words.tries, String(attempts)] as const]),
    ...(nextTryAt === null ? [] : [[words.next, time(nextTryAt)] as const]),
    ...(requestedBy === null ? [] : [[words.askedBy, requestedBy] as const]),
    ...(owner === null ? [] : [[words.owner, owner] as const]),
    ...(runId === null
      ? []
      : [
          [
            words.run,
            <span key="run" className="cam-mono">
              {runId}
            </span>,
          ] as const,
        ]),
  ];
  return (
    <dl className={styles.details}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function MissingSources({ interval: { result, state } }: { readonly interval: LedgerInterval }): ReactNode {
  const { ledger, interval: words } = useTexts().schedules;
  if (result === null && (state === 'running' || state === 'pending'))
    return <div className={styles.muted}>{state === 'running' ? ledger.notYet : ledger.notEvaluated}</div>;
  if (result === null) return <div className={styles.unknown}>{ledger.everything}</div>;
  if (result.missing.length === 0) return <div className={styles.muted}>{words.allAnswered}</div>;
  return (
    <ul className={styles.missing}>
      {result.missing.map(({ source, message, code }) => (
        <li key={source}>
          <span className={styles.unknown}>{source}</span>{' '}
          <span className={styles.missingWhy}>
            {message} {code !== undefined && <span className="cam-mono">{code}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function IntervalAlerts({ interval: { schedule, to } }: { readonly interval: LedgerInterval }): ReactNode {
  const { interval: words } = useTexts().schedules;
  const { askSchedules } = useActions();
  const revision = useApp((state) => state.schedules.revision);
  const asked = useAsked(() => askSchedules('schedule.alerts', { schedule, to, limit: 50 }), `${schedule} ${to} ${String(revision)}`);
  if (asked.kind === 'failed') return <div className={styles.alertError}>{asked.failure.message}</div>;
  if (asked.kind !== 'answered') return null;
  if (asked.value.length === 0) return <div className={styles.muted}>{words.noAlerts}</div>;
  return (
    <ul className={styles.missing}>
      {asked.value.map(({ alertId, reason, channel, state, error }) => (
        <li key={alertId}>
          {words.alert(reason, channel, state)} {error !== null && <span className={styles.alertError}>{error}</span>}
        </li>
      ))}
    </ul>
  );
}

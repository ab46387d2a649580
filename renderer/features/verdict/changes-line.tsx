import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { changeKinds, type VerdictChanges } from '../../../app/model/verdict-history.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import styles from './changes-line.module.css';

/** What has changed since the last run of the same rule, window and sources; each figure filters the table by its clients. */
export function ChangesLine({ runId, endedAt }: { readonly runId: string; readonly endedAt: string }): ReactNode {
  const { changes: texts } = useTexts();
  const { verdictChanges } = useActions();
  const zone = useApp(zoneOf);
  const asked = useAsked(() => verdictChanges(runId), `${runId} ${endedAt}`);
  // Its place is kept, so that nothing below it moves under the pointer when the answer comes.
  if (asked.kind === 'waiting') return <div className={styles.line} aria-hidden="true" />;
  if (asked.kind === 'failed') return <div className={styles.line}>{texts.notKnown(asked.failure.message)}</div>;
  const comparison = asked.value;
  const time = (instant: string): string => `${createInstantFormat(zone).full(instant).slice(0, 19)} ${zone}`;
  switch (comparison.kind) {
    case 'not-kept':
      return null;
    case 'first':
      return <div className={styles.line}>{texts.first}</div>;
    case 'too-many':
      return <div className={styles.line}>{texts.tooMany(time(comparison.previous.startedAt))}</div>;
    case 'compared':
      return <Compared runId={runId} changes={comparison.changes} since={time(comparison.changes.previous.startedAt)} />;
  }
}

interface ComparedProps {
  readonly runId: string;
  readonly changes: VerdictChanges;
  readonly since: string;
}

function Compared({ runId, changes: { counts, previous }, since }: ComparedProps): ReactNode {
  const { changes: texts } = useTexts();
  const { showChange } = useActions();
  const shown = useApp(({ view: { change, tab } }) => (change?.runId === runId && tab === 'confirmed' ? change.kind : null));
  return (
    <section className={styles.line} aria-label={texts.label}>
      {changeKinds
        .filter((kind) => kind !== 'unknown' || counts.unknown > 0)
        .map((kind) => (
          <UnstyledButton
            key={kind}
            className={styles.kind ?? ''}
            data-kind={kind}
            disabled={counts[kind] === 0}
            aria-pressed={shown === kind}
            title={texts.hint(kind)}
            onClick={() => showChange(shown === kind ? null : { runId, kind })}
          >
            {texts.count(kind, counts[kind])}
          </UnstyledButton>
        ))}
      <span title={texts.runHint(previous)}>{texts.since(since, previous)}</span>
    </section>
  );
}

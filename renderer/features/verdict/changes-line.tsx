import { UnstyledButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { ChangeKind, VerdictChanges } from '../../../app/model/verdict-history.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import styles from './changes-line.module.css';

const kinds: readonly ChangeKind[] = ['new', 'gone', 'unknown', 'still'];

/** What has changed since the last run of the same rule, window and sources; each figure opens its clients. */
export function ChangesLine({ runId, endedAt }: { readonly runId: string; readonly endedAt: string }): ReactNode {
  const { changes: texts } = useTexts();
  const { verdictChanges } = useActions();
  const zone = useApp(zoneOf);
  const asked = useAsked(() => verdictChanges(runId), `${runId} ${endedAt}`);
  if (asked.kind === 'waiting') return null;
  if (asked.kind === 'failed') return <div className={styles.line}>{texts.notKnown(asked.failure.message)}</div>;
  const comparison = asked.value;
  const time = (instant: string): string => `${createInstantFormat(zone).full(instant)} ${zone}`;
  switch (comparison.kind) {
    case 'not-kept':
      return null;
    case 'first':
      return <div className={styles.line}>{texts.first}</div>;
    case 'too-many':
      return <div className={styles.line}>{texts.tooMany(time(comparison.previous.startedAt))}</div>;
    case 'compared':
      return <Compared changes={comparison.changes} since={time(comparison.changes.previous.startedAt)} />;
  }
}

function Compared({ changes, since }: { readonly changes: VerdictChanges; readonly since: string }): ReactNode {
  const { changes: texts } = useTexts();
  const [open, setOpen] = useState<ChangeKind | null>(null);
  const { counts, previous } = changes;
  return (
    <section className={styles.changes} aria-label={texts.label}>
      <div className={styles.line}>
        {kinds
          .filter((kind) => kind !== 'unknown' || counts.unknown > 0)
          .map((kind) => (
            <UnstyledButton
              key={kind}
              className={styles.kind ?? ''}
              data-kind={kind}
              disabled={counts[kind] === 0}
              aria-expanded={open === kind}
              onClick={() => setOpen(open === kind ? null : kind)}
            >
              {texts.count(kind, counts[kind])}
            </UnstyledButton>
          ))}
        <span title={texts.runHint(previous)}>{texts.since(since, previous)}</span>
      </div>
      {open !== null && counts[open] > 0 && <ClientList kind={open} changes={changes} />}
    </section>
  );
}

function ClientList({ kind, changes }: { readonly kind: ChangeKind; readonly changes: VerdictChanges }): ReactNode {
  const { changes: texts, evidence } = useTexts();
  const { showEvidence } = useActions();
  const clients = changes.clients[kind];
  const more = changes.counts[kind] - clients.length;
  return (
    <div className={styles.clients} role="group" aria-label={texts.count(kind, changes.counts[kind])}>
      {clients.map((client) => (
        <button key={client} type="button" className={styles.client} title={evidence.open(client)} onClick={() => showEvidence(client)}>
          {client.trim() === '' ? evidence.blankId : client}
        </button>
      ))}
      {more > 0 && <span>{evidence.moreOthers(more)}</span>}
    </div>
  );
}

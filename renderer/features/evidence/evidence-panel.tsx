import { ActionIcon, Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { useReturnedFocus } from '../../ui/use-returned-focus.ts';
import { revisionOf } from '../results/result-table-state.ts';
import type { EvidencePlace } from '../../store/view-slice.ts';
import { EvidenceBody } from './evidence-body.tsx';
import styles from './evidence.module.css';

interface EvidencePanelProps {
  readonly runId: string;
  readonly client: string;
  /** Where in a table the client stands; not there for one who was found otherwise. */
  readonly place: EvidencePlace | undefined;
}

/** What is known about one client, over the results. Not modal; Escape goes back to the table. */
export function EvidencePanel({ runId, client, place }: EvidencePanelProps): ReactNode {
  const { evidence: texts, shell } = useTexts();
  const { showEvidence, stepEvidence, clientEvidence, copyEvidence } = useActions();
  useReturnedFocus();
  const revision = useApp((state) => revisionOf(state.run.state, { kind: 'confirmed' }));
  const asked = useAsked(() => clientEvidence(runId, client), `${runId} ${client} ${revision}`);
  const shown = client.trim() === '' ? texts.blankId : client;
  return (
    <section
      className={styles.panel}
      aria-label={texts.title(shown)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') showEvidence(null);
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
        event.preventDefault();
        void stepEvidence(event.key === 'ArrowUp' ? -1 : 1);
      }}
    >
      <div className={styles.head}>
        <Button
          variant="subtle"
          size="compact-sm"
          autoFocus={place === undefined || !isStepped(place)}
          leftSection={<Icon name="left" size={14} />}
          onClick={() => showEvidence(null)}
        >
          {texts.back}
        </Button>
        <h2 className={styles.title}>
          {texts.clientLabel} <span className="cam-mono">{shown}</span>
        </h2>
        {place !== undefined && <Steps place={place} />}
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="copy" size={13} />}
          onClick={() => void copyEvidence(runId, client)}
        >
          {texts.copyText}
        </Button>
        <ActionIcon aria-label={shell.close} onClick={() => showEvidence(null)}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </div>
      <div className={styles.body}>
        {asked.kind === 'waiting' && <Skeleton height={260} />}
        {asked.kind === 'failed' && <FailureNote failure={asked.failure} />}
        {asked.kind === 'answered' && (
          <ErrorBoundary part={shell.parts.evidence}>
            <EvidenceBody evidence={asked.value} revision={revision} />
          </ErrorBoundary>
        )}
      </div>
    </section>
  );
}

/** The clients beside this one in the table; the button that led here keeps the focus, so that it can be pressed again. */
function Steps({ place }: { readonly place: EvidencePlace }): ReactNode {
  const { evidence: texts } = useTexts();
  const { stepEvidence } = useActions();
  return (
    <span className={styles.steps}>
      <span>{texts.placeOf(place.row, place.of)}</span>
      {([-1, 1] as const).map((by) => (
        <IconButton
          key={by}
          icon={by === -1 ? 'up' : 'down'}
          label={by === -1 ? texts.previous : texts.next}
          title={`${by === -1 ? texts.previous : texts.next} (Alt+${by === -1 ? '↑' : '↓'})`}
          aria-keyshortcuts={by === -1 ? 'Alt+ArrowUp' : 'Alt+ArrowDown'}
          disabled={!hasBeside(place, by)}
          autoFocus={place.by === by && isStepped(place)}
          onClick={() => void stepEvidence(by)}
        />
      ))}
    </span>
  );
}

function hasBeside({ row, of }: EvidencePlace, by: -1 | 1): boolean {
  return by === -1 ? row > 0 : row < of - 1;
}

/** Whether one came by a step that can be gone on with. */
function isStepped(place: EvidencePlace): boolean {
  return place.by !== undefined && hasBeside(place, place.by);
}

import { ActionIcon, Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { useReturnedFocus } from '../../ui/use-returned-focus.ts';
import { revisionOf } from '../results/result-table-state.ts';
import { EvidenceBody } from './evidence-body.tsx';
import styles from './evidence.module.css';

interface EvidencePanelProps {
  readonly runId: string;
  readonly client: string;
}

/** What is known about one client, over the results. Not modal; Escape goes back to the table. */
export function EvidencePanel({ runId, client }: EvidencePanelProps): ReactNode {
  const { evidence: texts, shell } = useTexts();
  const { showEvidence, clientEvidence, copyEvidence } = useActions();
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
      }}
    >
      <div className={styles.head}>
        <Button
          variant="subtle"
          size="compact-sm"
          autoFocus
          leftSection={<Icon name="left" size={14} />}
          onClick={() => showEvidence(null)}
        >
          {texts.back}
        </Button>
        <h2 className={styles.title}>
          {texts.clientLabel} <span className="cam-mono">{shown}</span>
        </h2>
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

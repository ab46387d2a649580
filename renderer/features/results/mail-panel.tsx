import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { revisionOf } from './result-table-state.ts';
import styles from './mail-panel.module.css';

/** The draft of the e-mail about a run: to read, to copy, to open in the mail program. */
export function MailPanel({ runId }: { readonly runId: string }): ReactNode {
  const { results } = useTexts();
  const { mailDraft, openMail, showSidePanel } = useActions();
  const revision = useApp((state) => revisionOf(state.run.state, { kind: 'confirmed' }));
  const asked = useAsked(() => mailDraft(runId), `${runId} ${revision}`);
  return (
    <SidePanel title={results.mail} onClose={() => showSidePanel(null)}>
      {asked.kind === 'waiting' && <Skeleton height={220} />}
      {asked.kind === 'failed' && <FailureNote failure={asked.failure} />}
      {asked.kind === 'answered' && (
        <div className={styles.draft}>
          <div className={styles.actions}>
            <Button leftSection={<Icon name="mail" size={14} />} onClick={() => void openMail(asked.value)}>
              {results.mailOpen}
            </Button>
            <CopyButton what="mail" text={`${asked.value.subject}\n\n${asked.value.body}`}>
              {results.mailCopy}
            </CopyButton>
          </div>
          {asked.value.truncated && <div className={styles.warning}>{results.mailTruncated}</div>}
          <div className={styles.field}>
            <span className={styles.label}>{results.mailTo}</span>
            <span className={styles.text}>{asked.value.to.length === 0 ? results.mailNobody : asked.value.to.join(', ')}</span>
          </div>
          <div className={styles.field}>
            <span className={styles.label}>{results.mailSubject}</span>
            <span className={styles.text}>{asked.value.subject}</span>
          </div>
          <div className={styles.field}>
            <span className={styles.label}>{results.mailBody}</span>
            <pre className={styles.body}>{asked.value.body}</pre>
          </div>
        </div>
      )}
    </SidePanel>
  );
}

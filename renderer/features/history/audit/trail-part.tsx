import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { TrailFile } from '../../../../app/contract/history-methods.ts';
import { useActions, useApp, useTexts } from '../../../store/window-context.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { WordChoice } from '../figures/figure-choice.tsx';
import figures from '../figures/figures.module.css';
import styles from './audit.module.css';
import { useWork } from '../../../ui/use-work.ts';

/** Writes the audit trail into the report folder. */
export function TrailPart(): ReactNode {
  const { trail, chain } = useTexts().historyAudit;
  const { askHistory, showExport } = useActions();
  const canOpen = useApp((state) => state.session.info?.can.openPaths === true);
  const [format, setFormat] = useState<keyof typeof trail.formats>('jsonl');
  const work = useWork<TrailFile>();
  const file = work.value;
  return (
    <section className={figures.card} aria-label={trail.title}>
      <h3 className={figures.title}>{trail.title}</h3>
      <p className={figures.hint}>{trail.hint}</p>
      <div className={styles.row}>
        <WordChoice label={trail.format} words={trail.formats} value={format} onChange={setFormat} />
        <Button
          variant="default"
          disabled={work.isBusy}
          leftSection={<Icon name="download" size={13} />}
          onClick={() => void work.start(() => askHistory('history.exportTrail', { format }))}
        >
          {work.isBusy ? trail.writing : trail.write}
        </Button>
      </div>
      <div aria-live="polite">
        {work.failure !== null && <FailureNote failure={work.failure} />}
        {file !== null && (
          <>
            <p className={styles.head}>
              {trail.written(file.entries)} <span className="cam-mono">{file.path}</span>
            </p>
            <p className={styles.head}>
              {chain.head} <span className="cam-mono">{chain.headOf(file.head.seq, file.head.hash)}</span>
            </p>
            <div className={styles.row}>
              <CopyButton what="path" text={file.path}>
                {trail.copyPath}
              </CopyButton>
              <CopyButton what="text" text={`${String(file.head.seq)} ${file.head.hash}`}>
                {chain.copyHead}
              </CopyButton>
              {canOpen && (
                <Button variant="default" size="compact-xs" onClick={() => void showExport(file.path)}>
                  {trail.showInFolder}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </section>
  );
}

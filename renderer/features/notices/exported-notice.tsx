import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ExportedFile } from '../../../app/model/report.ts';
import { formatBytes } from '../../model/numbers.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './exported-notice.module.css';

/** Where the file is, and how to get there. */
export function ExportedNotice({ file }: { readonly file: ExportedFile }): ReactNode {
  const { notices } = useTexts().shell;
  const { showExport } = useActions();
  const canOpen = useApp((state) => state.session.info?.can.openPaths === true);
  return (
    <div className={styles.notice}>
      <div className={styles.path}>{file.path}</div>
      {file.metadataPath !== undefined && <div className={styles.path}>{file.metadataPath}</div>}
      <div className={styles.facts}>
        {notices.exportedRows(file.rows)} · {formatBytes(file.bytes)}
      </div>
      {file.fingerprint !== undefined && <div className={styles.path}>{notices.signedBy(file.fingerprint)}</div>}
      <div className={styles.actions}>
        <CopyButton text={file.path} what="path">
          {notices.copyPath}
        </CopyButton>
        {canOpen && (
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<Icon name="folder" size={13} />}
            onClick={() => void showExport(file.path)}
          >
            {notices.showInFolder}
          </Button>
        )}
      </div>
    </div>
  );
}

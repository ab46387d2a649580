import { UnstyledButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Failure } from '../../app/model/failure.ts';
import { useTexts } from '../store/window-context.tsx';
import { CopyButton } from './copy-button.tsx';
import styles from './failure-note.module.css';

/** A failure as people need it: one sentence, the next step, the vendor's code; the full text one click further. */
export function FailureNote({ failure }: { readonly failure: Failure }): ReactNode {
  const { shell } = useTexts();
  const [isOpen, setIsOpen] = useState(false);
  const { message, action, code, vendorCode, detail } = failure;
  return (
    <div className={styles.note}>
      <div className={styles.message}>{message}</div>
      <div className={styles.action}>{action}</div>
      <div className={styles.foot}>
        <span className={styles.code}>{vendorCode ?? code}</span>
        {detail !== undefined && (
          <UnstyledButton className={styles.more} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? shell.hideDetails : shell.details}
          </UnstyledButton>
        )}
        {detail !== undefined && isOpen && (
          <CopyButton what="text" text={`${vendorCode ?? code}: ${message}\n${detail}`}>
            {shell.copy}
          </CopyButton>
        )}
      </div>
      {detail !== undefined && isOpen && (
        <pre className={styles.detail} tabIndex={0}>
          {detail}
        </pre>
      )}
    </div>
  );
}

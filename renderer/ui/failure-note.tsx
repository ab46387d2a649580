import { UnstyledButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Failure } from '../../app/model/failure.ts';
import { useTexts } from '../store/window-context.tsx';
import { classNames } from './class-names.ts';
import { CopyButton } from './copy-button.tsx';
import styles from './failure-note.module.css';

/** From so many characters on a sentence is cut until its full text is asked for: some servers send pages. */
const longMessage = 280;

/** A failure as people need it: one sentence, the next step, the vendor's code; the full text one click further. */
export function FailureNote({ failure }: { readonly failure: Failure }): ReactNode {
  const { shell } = useTexts();
  const [isOpen, setIsOpen] = useState(false);
  const { message, action, code, vendorCode, detail } = failure;
  const isLong = message.length > longMessage;
  const hasMore = detail !== undefined || isLong;
  return (
    <div className={styles.note}>
      <div className={classNames(styles.message, isLong && !isOpen && styles.cut)}>{message}</div>
      <div className={styles.action}>{action}</div>
      <div className={styles.foot}>
        <span className={styles.code}>{vendorCode ?? code}</span>
        {hasMore && (
          <UnstyledButton className={styles.more} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? shell.hideDetails : shell.details}
          </UnstyledButton>
        )}
        {hasMore && isOpen && (
          <CopyButton what="text" text={`${vendorCode ?? code}: ${message}${detail === undefined ? '' : `\n${detail}`}`}>
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

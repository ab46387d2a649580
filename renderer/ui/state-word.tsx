import type { ReactNode } from 'react';
import type { SourceStatus } from '../../app/model/run.ts';
import { classNames } from './class-names.ts';
import styles from './state-mark.module.css';

/** The word of a state, in its colour. */
export function StateWord({ status, children }: { readonly status: SourceStatus; readonly children: ReactNode }): ReactNode {
  return <span className={classNames(styles.word, styles[status])}>{children}</span>;
}

import type { ReactNode } from 'react';
import type { ClientStanding } from '../../../app/model/client-evidence.ts';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './standing-line.module.css';
import { VerdictShape } from './verdict-shape.tsx';

/** What the report says of the client: the verdict as shape and word, how much of what it rests on is known, and how that is to be read. */
export function StandingLine({ standing: { verdict, confidence } }: { readonly standing: ClientStanding }): ReactNode {
  const { earlierVerdicts, evidence: texts } = useTexts();
  return (
    <div className={styles.line}>
      <span className={classNames(styles.word, styles[verdict])}>
        <VerdictShape verdict={verdict} />
        {earlierVerdicts.words[verdict]}
      </span>
      <span className={styles.figure}>{texts.confidence(confidence)}</span>
      <span className={styles.meaning}>{texts.confidenceMeaning(verdict, confidence)}</span>
    </div>
  );
}

import type { ReactNode } from 'react';
import type { ClientStanding } from '../../../app/model/client-evidence.ts';
import { useTexts } from '../../store/window-context.tsx';
import styles from './standing-line.module.css';
import { VerdictWord } from './verdict-word.tsx';

/** What the report says of the client: the verdict as shape and word, how much of what it rests on is known, and how that is to be read. */
export function StandingLine({ standing: { verdict, confidence } }: { readonly standing: ClientStanding }): ReactNode {
  const { evidence: texts } = useTexts();
  return (
    <div className={styles.line}>
      <VerdictWord verdict={verdict} />
      <span className={styles.figure}>{texts.confidence(confidence)}</span>
      <span className={styles.meaning}>{texts.confidenceMeaning(verdict, confidence)}</span>
    </div>
  );
}

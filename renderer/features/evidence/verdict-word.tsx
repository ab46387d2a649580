import type { ReactNode } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { half } from '../../ui/mark-shapes.tsx';
import styles from './verdict-word.module.css';

/** A verdict on one client as shape and word, in its colour: a full disc where it is confirmed, a half one where it is not known. */
export function VerdictWord({ verdict }: { readonly verdict: 'confirmed' | 'undetermined' }): ReactNode {
  const { words } = useTexts().earlierVerdicts;
  return (
    <span className={classNames(styles.word, styles[verdict])}>
      <svg width={12} height={12} viewBox="0 0 14 14" aria-hidden="true">
        {verdict === 'confirmed' ? <circle cx="7" cy="7" r="5.8" fill="currentColor" /> : half}
      </svg>
      {words[verdict]}
    </span>
  );
}
